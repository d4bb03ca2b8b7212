import {EncodingTable} from './huffman.js';
import {BLOCK_COMPONENTS, type Jpeg, joined} from './jpeg.js';
import type {Region} from './regions.js';
import {END_OF_BLOCK, type Scan} from './scan.js';

/** A region, the region with its margin (`outer`), and where the latter lies in the JPEG of pieces. All numbers are in MCUs. */
export interface Piece {
  readonly region: Region;
  readonly outer: Region;
  readonly column: number;
  readonly row: number;
}

/** The layout of a JPEG of pieces. */
export interface Sheet {
  readonly columns: number;
  readonly rows: number;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  readonly pieces: readonly Piece[];
}

/** Writes a JPEG of pieces. Each MCU of the sheet is an MCU of the frame, or blank if there is no piece. */
export function writePieces(scan: Scan, sheet: Sheet): Uint8Array {
  const coefficients = new Coefficients();
  for (let row = 0, index = 0; row < sheet.rows; row++) {
    while (row >= (sheet.pieces[index]?.row ?? 0) + (sheet.pieces[index]?.outer.rows ?? Infinity)) index++;
    const piece = sheet.pieces[index];
    for (let column = 0; column < sheet.columns; column++) {
      const [across, down] = piece ? [column - piece.column, row - piece.row] : [-1, -1];
      if (piece && across >= 0 && across < piece.outer.columns) coefficients.take(scan, piece, across, down);
      else coefficients.takeBlank();
    }
  }
  return coefficients.write(scan.jpeg, sheet);
}

/** Collects the coefficients of the sheet, as symbols and values. They are encoded once the frequency of each symbol is known. */
class Coefficients {
  /** The table (the low two bits), the symbol (the next eight) and the value (the rest). */
  readonly #codes: number[] = [];
  readonly #frequencies = Array.from({length: 4}, () => new Uint32Array(256));
  /** The DC coefficient of each component's last block. */
  readonly #predictions = [0, 0, 0];

  /** Adds an MCU of a piece. In the margin, luma blocks that do not touch the region are left blank: no painted pixel depends on them. */
  take(scan: Scan, {region, outer}: Piece, across: number, down: number): void {
    const [column, row] = [outer.column + across, outer.row + down];
    const faces = [facing(column, region.column, region.columns), facing(row, region.row, region.rows)] as const;
    scan.blocksOf(row * scan.jpeg.columns + column).forEach(([dc = 0, ...ac], block) => {
      if (block < 4 && !(faces[0][block & 1] && faces[1][block >> 1])) this.#addBlank(0);
      else this.#add(BLOCK_COMPONENTS[block] ?? 0, dc, ac);
    });
  }

  takeBlank(): void {
    for (const component of BLOCK_COMPONENTS) this.#addBlank(component);
  }

  write({quantization, components}: Jpeg, {width, height}: Sheet): Uint8Array {
    const tables = this.#frequencies.map((frequencies) => new EncodingTable(frequencies));
    const bits = new BitWriter(tables.reduce((sum, table, index) => sum + table.bitsFor(this.#frequencies[index]), 0));
    for (const code of this.#codes) {
      const [table, symbol, size] = [tables[code & 3], code >> 2 & 0xff, code >> 2 & 0x0f];
      if (table) bits.put(table.codeOf(symbol), table.sizeOf(symbol));
      bits.put(code >> 10, size);
    }
    return joined([
      SOI, quantization, segment(0xc0, [8, height >> 8, height & 0xff, width >> 8, width & 0xff, components.length / 3, ...components]),
      ...tables.map(({lengths}, index) => segment(0xc4, [(index & 1) << 4 | index >> 1, ...lengths.counts, ...lengths.symbols])),
      segment(0xda, [3, components[0] ?? 0, 0x00, components[3] ?? 0, 0x11, components[6] ?? 0, 0x11, 0, 63, 0]), bits.finish(), EOI,
    ]);
  }

  #addBlank(component: number): void {
    this.#add(component, this.#predictions[component] ?? 0, [END_OF_BLOCK]);
  }

  #add(component: number, dc: number, ac: readonly number[]): void {
    const tables = component === 0 ? 0 : 2;
    const difference = dc - (this.#predictions[component] ?? 0);
    const size = 32 - Math.clz32(Math.abs(difference));
    this.#predictions[component] = dc;
    this.#addCode(tables, (difference < 0 ? difference + (1 << size) - 1 : difference) << 8 | size);
    for (const code of ac) this.#addCode(tables + 1, code);
  }

  #addCode(table: number, code: number): void {
    const frequencies = this.#frequencies[table];
    const symbol = code & 0xff;
    if (frequencies) frequencies[symbol] = (frequencies[symbol] ?? 0) + 1;
    this.#codes.push(code << 2 | table);
  }
}

const SOI = Uint8Array.of(0xff, 0xd8);
const EOI = Uint8Array.of(0xff, 0xd9);

function segment(marker: number, body: readonly number[]): Uint8Array {
  const length = body.length + 2;
  return Uint8Array.from([0xff, marker, length >> 8, length & 0xff, ...body]);
}

/** Which of an MCU's two blocks along one axis lie in a region, or touch it from the margin. */
function facing(at: number, start: number, length: number): readonly [boolean, boolean] {
  return [at >= start, at < start + length];
}

/** Entropy-coded data, with a zero after each 0xff. */
class BitWriter {
  readonly #bytes: Uint8Array;
  #length = 0;
  #rest = 0;
  #restBits = 0;

  constructor(bits: number) {
    this.#bytes = new Uint8Array(2 * Math.ceil(bits / 8));
  }

  /** At most sixteen bits. */
  put(value: number, bits: number): void {
    this.#rest = this.#rest << bits | value;
    this.#restBits += bits;
    while (this.#restBits >= 8) {
      this.#restBits -= 8;
      this.#putByte(this.#rest >> this.#restBits & 0xff);
    }
    this.#rest &= (1 << this.#restBits) - 1;
  }

  /** Fills the last byte with ones. */
  finish(): Uint8Array {
    if (this.#restBits > 0) this.put((1 << 8 - this.#restBits) - 1, 8 - this.#restBits);
    return this.#bytes.subarray(0, this.#length);
  }

  #putByte(byte: number): void {
    this.#bytes[this.#length++] = byte;
    if (byte === 0xff) this.#length++;
  }
}
