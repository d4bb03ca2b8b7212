import type {DecodingTable} from './huffman.js';
import {BLOCK_COMPONENTS, type Jpeg} from './jpeg.js';

/** The symbol after which the rest of a block is zeros. */
export const END_OF_BLOCK = 0x00;
const LAST_COEFFICIENT = 63;
const MAX_DC_SIZE = 11;
/** Marks DC coefficients in the hash, so that no AC coefficient equals one. */
const DC_MARK = 1 << 31;

/**
 * Scans the entropy-coded data of a JPEG, as far as needed, and stores where each MCU begins and a hash of its coefficients. Two different
 * MCUs have the same hash with a probability of 2⁻⁶⁴.
 */
export class Scan {
  readonly jpeg: Jpeg;
  /** Where each MCU begins, in bits. The last entry is the end of the last MCU. */
  readonly starts: Uint32Array;
  /** The three components' DC coefficients before each MCU. */
  readonly predictions: Int16Array;
  /** Two words for each MCU. */
  readonly hashes: Int32Array;
  readonly #view: DataView;
  readonly #dcTables: readonly DecodingTable[];
  readonly #acTables: readonly DecodingTable[];
  #count = 0;
  #isBroken = false;

  constructor(jpeg: Jpeg) {
    const mcuCount = jpeg.columns * jpeg.rows;
    this.jpeg = jpeg;
    this.starts = new Uint32Array(mcuCount + 1);
    this.predictions = new Int16Array(3 * mcuCount + 3);
    this.hashes = new Int32Array(2 * mcuCount);
    this.#dcTables = jpeg.dcTables;
    this.#acTables = jpeg.acTables;
    this.#view = new DataView(jpeg.data.buffer, jpeg.data.byteOffset, jpeg.data.length);
  }

  /** Scans until this MCU. Returns false if the data before it are damaged. */
  advance(until: number): boolean {
    while (this.#count < until && !this.#isBroken) this.#isBroken = !this.#scanMcu(this.#count++);
    return !this.#isBroken;
  }

  /** The six blocks of an MCU that has been scanned. A block is its DC coefficient, then its AC codes: the symbol (the low eight bits) and the value. */
  blocksOf(mcu: number): number[][] {
    const predictions = [0, 1, 2].map((component) => this.predictions[mcu * 3 + component] ?? 0);
    let at = this.starts[mcu] ?? 0;
    const next = (table: DecodingTable | undefined) => {
      const code = table ? table.glances[(this.#view.getUint32(at >>> 3) << (at & 7)) >>> 20] || longCode(this.#view, at, table) : 0;
      at += code & 31;
      return code >> 5;
    };
    return BLOCK_COMPONENTS.map((component) => {
      const dc = next(this.#dcTables[component]);
      const block = [predictions[component] = (predictions[component] ?? 0) + signed(dc & 0xff, dc >> 8)];
      for (let index = 1; index <= LAST_COEFFICIENT; index++) {
        const code = next(this.#acTables[component]);
        block.push(code);
        if ((code & 0xff) === END_OF_BLOCK) break;
        index += code >> 4 & 15;
      }
      return block;
    });
  }

  /** The inner loop runs once for each nonzero coefficient. The server spends most of its time here. */
  #scanMcu(mcu: number): boolean {
    const view = this.#view;
    const {dataBits} = this.jpeg;
    const {predictions} = this;
    const last = mcu * 3;
    let at = this.starts[mcu] ?? 0;
    let one = 0;
    let other = 0;
    predictions[last + 3] = predictions[last] ?? 0;
    predictions[last + 4] = predictions[last + 1] ?? 0;
    predictions[last + 5] = predictions[last + 2] ?? 0;
    for (let block = 0; block < 6; block++) {
      const component = block < 4 ? 0 : block - 3;
      const dcTable = this.#dcTables[component];
      const acTable = this.#acTables[component];
      if (at >= dataBits || !dcTable || !acTable) return false;
      const dcGlances = dcTable.glances;
      const glances = acTable.glances;
      const dc = dcGlances[(view.getUint32(at >>> 3) << (at & 7)) >>> 20] || longCode(view, at, dcTable);
      if (!(dc > 0 && (dc >> 5 & 0xff) <= MAX_DC_SIZE)) return false;
      at += dc & 31;
      const prediction = (predictions[last + 3 + component] ?? 0) + signed(dc >> 5 & 0xff, dc >> 13);
      predictions[last + 3 + component] = prediction;
      one = Math.imul((one << 5 | one >>> 27) ^ (DC_MARK | prediction & 0xffff), 0x9e3779b1);
      other = Math.imul((other << 13 | other >>> 19) + prediction, 0x85ebca6b);
      for (let index = 1; index <= LAST_COEFFICIENT; index++) {
        const ac = glances[(view.getUint32(at >>> 3) << (at & 7)) >>> 20] || longCode(view, at, acTable);
        if (ac <= 0) return false;
        at += ac & 31;
        const coefficient = ac >> 5;
        if ((coefficient & 0xff) === END_OF_BLOCK) break;
        one = Math.imul((one << 5 | one >>> 27) ^ coefficient, 0x9e3779b1);
        other = Math.imul((other << 13 | other >>> 19) + coefficient, 0x85ebca6b);
        index += coefficient >> 4 & 15;
        if (index > LAST_COEFFICIENT) return false;
      }
    }
    this.hashes[mcu * 2] = one;
    this.hashes[mcu * 2 + 1] = other;
    this.starts[mcu + 1] = at;
    return at <= dataBits;
  }
}

/** A symbol and its value in the format of `DecodingTable.glances`, for codes that are too long for that table. 0 if there is none. */
function longCode(view: DataView, at: number, table: DecodingTable): number {
  const found = table.find((view.getUint32(at >>> 3) << (at & 7)) >>> 16);
  if (found < 0) return 0;
  const [length, size] = [found >> 8, found & 15];
  const valueAt = at + length;
  const value = size && (view.getUint32(valueAt >>> 3) << (valueAt & 7)) >>> 32 - size;
  return value << 13 | (found & 0xff) << 5 | length + size;
}

function signed(size: number, value: number): number {
  return value >> size - 1 ? value : value - (1 << size) + 1;
}
