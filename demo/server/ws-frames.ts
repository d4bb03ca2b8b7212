/** A piece of a WebSocket frame's payload (RFC 6455, section 5.2), as it arrives. */
export interface FramePiece {
  readonly opcode: number;
  /** Whether the frame is the last of its message. */
  readonly isFin: boolean;
  /** The unmasked bytes. */
  readonly bytes: Buffer;
  /** Whether the piece is the last of its frame. */
  readonly isEnd: boolean;
  /** Where the piece ends in the bytes that were read. */
  readonly end: number;
}

interface Header {
  readonly opcode: number;
  readonly isFin: boolean;
  readonly mask: Buffer | undefined;
  readonly length: number;
}

export const OPCODE = {continuation: 0, text: 1, close: 8} as const;
/** The first opcode of control frames, which may come between the frames of a message. */
const FIRST_CONTROL = 8;

export function isControl(opcode: number): boolean {
  return opcode >= FIRST_CONTROL;
}

/** Reads frames from one side of a connection without extensions. It keeps only the bytes of an incomplete header. */
export class FrameReader {
  readonly #headerBytes = Buffer.alloc(14);
  #headerLength = 0;
  #header: Header | undefined;
  #doneBytes = 0;

  /** @throws {Error} when the frame uses an extension. */
  read(bytes: Buffer, onPiece: (piece: FramePiece) => void): void {
    for (let at = 0; at < bytes.length;) {
      if (!this.#header) {
        this.#headerBytes[this.#headerLength++] = bytes[at++] ?? 0;
        this.#header = readHeader(this.#headerBytes, this.#headerLength);
        if (!this.#header || this.#header.length > 0) continue;
      }
      const {opcode, isFin, mask, length} = this.#header;
      const part = bytes.subarray(at, at + length - this.#doneBytes);
      at += part.length;
      const piece = mask ? unmasked(part, mask, this.#doneBytes) : part;
      this.#doneBytes += part.length;
      const isEnd = this.#doneBytes === length;
      if (isEnd) {
        this.#header = undefined;
        this.#headerLength = this.#doneBytes = 0;
      }
      onPiece({opcode, isFin, bytes: piece, isEnd, end: at});
    }
  }
}

/** Parses a frame's header. Undefined until the header is complete. */
function readHeader(bytes: Buffer, count: number): Header | undefined {
  const [first = 0, second = 0] = bytes;
  const short = second & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const maskBytes = second & 0x80 ? 4 : 0;
  if (count < 2 || count < 2 + lengthBytes + maskBytes) return undefined;
  if (first & 0x70) throw new Error('The WebSocket frame uses an extension that was not negotiated.');
  const length = lengthBytes === 2 ? bytes.readUInt16BE(2) : lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : short;
  const mask = maskBytes ? Buffer.from(bytes.subarray(2 + lengthBytes, count)) : undefined;
  return {opcode: first & 0x0f, isFin: (first & 0x80) !== 0, mask, length};
}

function unmasked(bytes: Buffer, mask: Buffer, offset: number): Buffer {
  const clear = Buffer.allocUnsafe(bytes.length);
  for (let index = 0; index < bytes.length; index++) clear[index] = (bytes[index] ?? 0) ^ (mask[(index + offset) & 3] ?? 0);
  return clear;
}

/** Writes a frame. A client's frame must be masked; a mask of zeros leaves the payload as it is. */
export function frameOf(payload: Buffer, {opcode, isFin, isMasked}: {readonly opcode: number; readonly isFin: boolean; readonly isMasked: boolean}): Buffer {
  const {length} = payload;
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const header = Buffer.alloc(2 + lengthBytes + (isMasked ? 4 : 0));
  header[0] = opcode | (isFin ? 0x80 : 0);
  header[1] = (lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127) | (isMasked ? 0x80 : 0);
  if (lengthBytes === 2) header.writeUInt16BE(length, 2);
  else if (lengthBytes === 8) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}
