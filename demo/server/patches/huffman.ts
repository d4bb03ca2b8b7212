/** Longest code of a JPEG, in bits. */
const MAX_LENGTH = 16;
/** If a code and the bits of its value have at most this length together, one lookup finds both. */
const GLANCE_BITS = 12;
const GLANCES = 1 << GLANCE_BITS;

/** A Huffman table as a JPEG contains it (ITU-T T.81, section B.2.4.2): how many codes have 1 to 16 bits, and the symbols in the codes' order. */
export interface CodeLengths {
  readonly counts: Uint8Array;
  readonly symbols: Uint8Array;
}

/** A Huffman table for reading. A symbol's low four bits say how many bits of a value follow its code. */
export class DecodingTable {
  /**
   * The lookup table, by the next twelve bits of the data. An entry has the length of code and value together (the low five bits), the symbol
   * (the next eight) and the value (the rest). It is zero if code and value are longer than twelve bits.
   */
  readonly glances: Int32Array;
  /** By length: codes of at most this length, extended to 16 bits, are below this number. */
  readonly limits = new Int32Array(MAX_LENGTH + 1);
  /** By length: what to add to a code to get the index of its symbol. */
  readonly offsets = new Int32Array(MAX_LENGTH + 1);
  readonly symbols: Uint8Array;

  /** Undefined if there are more codes of a length than that length allows. */
  static of(lengths: CodeLengths): DecodingTable | undefined {
    return isPrefixFree(lengths.counts) ? new DecodingTable(lengths) : undefined;
  }

  private constructor({counts, symbols}: CodeLengths) {
    this.symbols = symbols;
    this.glances = new Int32Array(GLANCES);
    let code = 0;
    let index = 0;
    for (let length = 1; length <= MAX_LENGTH; length++) {
      this.offsets[length] = index - code;
      for (let count = counts[length - 1] ?? 0; count > 0; count--) this.#setGlance(code++, length, symbols[index++] ?? 0);
      this.limits[length] = code << MAX_LENGTH - length;
      code <<= 1;
    }
  }

  /** Finds the code at the front of sixteen bits. Returns its symbol (the low eight bits) and its length (the bits above), or -1 if there is none. */
  find(bits: number): number {
    for (let length = 1; length <= MAX_LENGTH; length++) {
      if (bits < (this.limits[length] ?? 0)) {
        return length << 8 | (this.symbols[(this.offsets[length] ?? 0) + (bits >> MAX_LENGTH - length)] ?? 0);
      }
    }
    return -1;
  }

  #setGlance(code: number, length: number, symbol: number): void {
    const size = symbol & 15;
    const total = length + size;
    if (total > GLANCE_BITS) return;
    const [rest, span] = [GLANCE_BITS - total, 1 << GLANCE_BITS - total];
    for (let value = 0; value < 1 << size; value++) {
      const from = (code << size | value) << rest;
      this.glances.fill(value << 13 | symbol << 5 | total, from, from + span);
    }
  }
}

function isPrefixFree(counts: Uint8Array): boolean {
  let free = 1;
  for (const count of counts) {
    free = free * 2 - count;
    if (free < 0) return false;
  }
  return true;
}

/** A Huffman table for writing. */
export class EncodingTable {
  readonly lengths: CodeLengths;
  readonly #codes = new Uint16Array(256);
  readonly #sizes = new Uint8Array(256);

  /** The table that encodes symbols with these frequencies in the fewest bits. */
  constructor(frequencies: Uint32Array) {
    this.lengths = optimalLengths(frequencies);
    let code = 0;
    let index = 0;
    for (let length = 1; length <= MAX_LENGTH; length++) {
      for (let count = this.lengths.counts[length - 1] ?? 0; count > 0; count--) {
        const symbol = this.lengths.symbols[index++] ?? 0;
        this.#codes[symbol] = code++;
        this.#sizes[symbol] = length;
      }
      code <<= 1;
    }
  }

  codeOf(symbol: number): number {
    return this.#codes[symbol] ?? 0;
  }

  /** How many bits symbols with these frequencies take, together with their values. */
  bitsFor(frequencies: Uint32Array | undefined): number {
    return frequencies?.reduce((sum, frequency, symbol) => sum + frequency * (this.sizeOf(symbol) + (symbol & 15)), 0) ?? 0;
  }

  /** The code's length in bits. */
  sizeOf(symbol: number): number {
    return this.#sizes[symbol] ?? 0;
  }
}

interface Tree {
  readonly frequency: number;
  readonly symbols: readonly number[];
}

/** ITU-T T.81, section K.2: Huffman's algorithm, then codes of more than 16 bits are shortened. A reserved symbol takes the code of all ones. */
function optimalLengths(frequencies: Uint32Array): CodeLengths {
  const sizes = new Uint8Array(257);
  const reserved: Tree = {frequency: 0, symbols: [256]};
  const trees: Tree[] = [reserved];
  frequencies.forEach((frequency, symbol) => frequency > 0 && trees.push({frequency, symbols: [symbol]}));
  while (trees.length > 1) {
    // The two rarest come last. The sort is stable: at equal frequency, the tree with the reserved symbol is last, and gets the longest code.
    trees.sort((a, b) => b.frequency - a.frequency);
    const rarest = trees.splice(-2);
    const symbols = rarest.flatMap(({symbols}) => symbols);
    const frequency = rarest.reduce((sum, {frequency}) => sum + frequency, 0);
    for (const symbol of symbols) sizes[symbol] = (sizes[symbol] ?? 0) + 1;
    trees.push({frequency, symbols});
  }
  return {counts: shortened(sizes), symbols: inOrder(frequencies, sizes)};
}

function inOrder(frequencies: Uint32Array, sizes: Uint8Array): Uint8Array {
  const symbols = [...frequencies.keys()].filter((symbol) => frequencies[symbol]);
  return Uint8Array.from(symbols.sort((a, b) => (sizes[a] ?? 0) - (sizes[b] ?? 0) || a - b));
}

/** How many codes have each length, after codes of more than 16 bits are shortened (figure K.3) and the reserved symbol is removed. */
function shortened(sizes: Uint8Array): Uint8Array {
  const counts = new Uint16Array(258);
  for (const size of sizes) if (size > 0) counts[size] = (counts[size] ?? 0) + 1;
  const move = (from: number, change: number) => {
    counts[from] = (counts[from] ?? 0) + change;
  };
  for (let length = 257; length > MAX_LENGTH; length--) {
    while ((counts[length] ?? 0) > 0) {
      let shorter = length - 2;
      while (!counts[shorter]) shorter--;
      move(length, -2);
      move(length - 1, 1);
      move(shorter + 1, 2);
      move(shorter, -1);
    }
  }
  let longest = MAX_LENGTH;
  while (longest > 0 && !counts[longest]) longest--;
  move(longest, -1);
  return Uint8Array.from(counts.subarray(1, MAX_LENGTH + 1));
}
