import {MAX_FRAME_BYTES, MAX_FRAME_PIXELS, MAX_FRAME_SIDE_PX} from 'chaser-live-view/protocol';
import {type CodeLengths, DecodingTable} from './huffman.js';

/** The side of an MCU (minimum coded unit) in pixels. Chroma has half the resolution, so an MCU has four blocks of luma and one of each chroma. */
export const MCU_PX = 16;
/** The component of each block of an MCU: its luma blocks, left to right and top to bottom, then its two chroma blocks. */
export const BLOCK_COMPONENTS = [0, 0, 0, 0, 1, 2] as const;

const MARKER = {SOI: 0xffd8, EOI: 0xffd9, SOS: 0xffda, DQT: 0xffdb, DRI: 0xffdd, APP0: 0xffe0, SOF0: 0xffc0, DHT: 0xffc4, COM: 0xfffe} as const;
/** Room for two or three tables of 8-bit values. */
const MAX_QUANTIZATION_BYTES = 600;
/** Zeros after the data. A block has at most 64 coefficients of 31 bits, and the end of the data is checked before each block. */
const PADDING_BYTES = 256;

/** A baseline JPEG like those of Chromium's screencast: YCbCr, 4:2:0, one interleaved scan, no restart markers (ITU-T T.81). */
export interface Jpeg {
  readonly width: number;
  readonly height: number;
  /** The number of MCUs in a row, and of rows. */
  readonly columns: number;
  readonly rows: number;
  /** The DQT segments, and the components in SOF0. Only if both are equal, equal coefficients are equal pixels. */
  readonly quantization: Uint8Array;
  readonly components: Uint8Array;
  /** One table for each component. */
  readonly dcTables: readonly DecodingTable[];
  readonly acTables: readonly DecodingTable[];
  /** The entropy-coded data without its stuffed bytes, and zeros after it. */
  readonly data: Uint8Array;
  /** The length of the data without the zeros. */
  readonly dataBits: number;
}

/** Reads a JPEG. Undefined for another kind of JPEG, or for other data. */
export function readJpeg(bytes: Uint8Array): Jpeg | undefined {
  if (bytes.length > MAX_FRAME_BYTES || bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return view.getUint16(0) === MARKER.SOI ? new Reader(bytes, view).read() : undefined;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #quantization: Uint8Array[] = [];
  readonly #tables = new Map<number, DecodingTable>();
  #frame: Pick<Jpeg, 'width' | 'height' | 'columns' | 'rows' | 'components'> | undefined;

  constructor(bytes: Uint8Array, view: DataView) {
    this.#bytes = bytes;
    this.#view = view;
  }

  read(): Jpeg | undefined {
    for (let at = 2; at + 4 <= this.#bytes.length;) {
      const marker = this.#view.getUint16(at);
      const end = at + 2 + this.#view.getUint16(at + 2);
      const body = this.#bytes.subarray(at + 4, end);
      if (end > this.#bytes.length || end < at + 4) return undefined;
      if (marker === MARKER.SOS) return this.#finish(body, end);
      if (!this.#take(marker, body, this.#bytes.subarray(at, end))) return undefined;
      at = end;
    }
    return undefined;
  }

  /** Reads a segment of the header. Returns false if the segment belongs to another kind of JPEG. */
  #take(marker: number, body: Uint8Array, segment: Uint8Array): boolean {
    switch (marker) {
      case MARKER.APP0:
      case MARKER.COM:
        return true;
      case MARKER.DQT:
        return this.#quantization.push(segment) < 4;
      case MARKER.DRI:
        return body.every((byte) => byte === 0);
      case MARKER.DHT:
        return this.#takeTables(body);
      case MARKER.SOF0:
        return this.#takeFrame(body);
      default:
        return false;
    }
  }

  #takeFrame(body: Uint8Array): boolean {
    const [precision, h1 = 0, h0 = 0, w1 = 0, w0 = 0, count] = body;
    const [height, width] = [h1 << 8 | h0, w1 << 8 | w0];
    // With these component ids, a decoder assumes YCbCr, with or without a JFIF segment.
    const isYCbCr = body[6] === 1 && body[9] === 2 && body[12] === 3;
    const isSampled = isYCbCr && body[7] === 0x22 && body[10] === 0x11 && body[13] === 0x11;
    if (this.#frame || precision !== 8 || count !== 3 || body.length !== 15 || !isSampled || !width || !height) return false;
    if (Math.max(width, height) > MAX_FRAME_SIDE_PX || width * height > MAX_FRAME_PIXELS) return false;
    this.#frame = {width, height, columns: Math.ceil(width / MCU_PX), rows: Math.ceil(height / MCU_PX), components: body.slice(6)};
    return true;
  }

  #takeTables(body: Uint8Array): boolean {
    for (let at = 0; at < body.length;) {
      const id = body[at];
      const counts = body.subarray(at + 1, at + 17);
      const symbolCount = counts.reduce((sum, count) => sum + count, 0);
      at += 17 + symbolCount;
      if (id === undefined || at > body.length) return false;
      const lengths: CodeLengths = {counts, symbols: body.subarray(at - symbolCount, at)};
      const table = DecodingTable.of(lengths);
      if (!table) return false;
      this.#tables.set(id, table);
    }
    return true;
  }

  #finish(scan: Uint8Array, start: number): Jpeg | undefined {
    const isExpected = scan.length === 10 && scan[0] === 3 && scan[7] === 0 && scan[8] === 63 && scan[9] === 0;
    const frame = this.#frame;
    if (!frame || !isExpected) return undefined;
    const tables = (isAc: boolean) => [0, 1, 2].flatMap((component) => {
      const isSame = scan[1 + component * 2] === frame.components[component * 3];
      const ids = scan[2 + component * 2] ?? 0;
      const table = this.#tables.get(isAc ? 0x10 | ids & 15 : ids >> 4);
      return isSame && table ? [table] : [];
    });
    const [dcTables, acTables] = [tables(false), tables(true)];
    const quantization = joined(this.#quantization);
    if (dcTables.length + acTables.length !== 6 || quantization.length > MAX_QUANTIZATION_BYTES) return undefined;
    const unstuffed = unstuff(this.#bytes, start);
    return unstuffed && {...frame, quantization, dcTables, acTables, ...unstuffed};
  }
}

/** Removes the zero after each 0xff of the entropy-coded data, which must end with EOI. */
function unstuff(bytes: Uint8Array, start: number): Pick<Jpeg, 'data' | 'dataBits'> | undefined {
  const data = new Uint8Array(bytes.length - start + PADDING_BYTES);
  let length = 0;
  for (let from = start; ;) {
    const at = bytes.indexOf(0xff, from);
    if (at < 0) return undefined;
    const isEnd = bytes[at + 1] !== 0;
    data.set(bytes.subarray(from, at + (isEnd ? 0 : 1)), length);
    length += at - from + (isEnd ? 0 : 1);
    if (isEnd) return bytes[at + 1] === (MARKER.EOI & 0xff) ? {data, dataBits: length * 8} : undefined;
    from = at + 2;
  }
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
