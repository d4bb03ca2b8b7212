const FINAL_BINARY = 0x82;
/** A picture has many viewers: it is framed for the first of them. */
const frames = new WeakMap<Buffer, Buffer>();

/**
 * A picture as every viewer's socket gets it: one binary message in one WebSocket frame (RFC 6455, section 5.2). What a
 * server sends has no mask, so that the bytes are the same for all; `ws` would make a header for each, and give the
 * system two pieces to put together.
 */
export function sharedFrame(jpeg: Buffer): Buffer {
  let frame = frames.get(jpeg);
  if (!frame) {
    frame = Buffer.concat([headerOf(jpeg.length), jpeg]);
    frames.set(jpeg, frame);
  }
  return frame;
}

/** The length takes as few bytes as it can: a WebSocket's reader may insist on that. */
function headerOf(length: number): Buffer {
  if (length < 126) return Buffer.from([FINAL_BINARY, length]);
  const isShort = length <= 0xffff;
  const header = Buffer.alloc(isShort ? 4 : 10);
  header[0] = FINAL_BINARY;
  header[1] = isShort ? 126 : 127;
  header.writeUIntBE(length, isShort ? 2 : 4, isShort ? 2 : 6);
  return header;
}
