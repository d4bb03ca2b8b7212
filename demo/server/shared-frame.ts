import {encode} from 'chaser-live-view/protocol';
import type {Patch} from './patches/cut.js';

const FINAL_TEXT = 0x81;
const FINAL_BINARY = 0x82;
/** A picture has many viewers: it is framed for the first of them. */
const frames = new WeakMap<Buffer | Patch, Buffer>();

/**
 * A picture as every viewer's socket gets it: one binary message in one WebSocket frame (RFC 6455, section 5.2). What a
 * server sends has no mask, so that the bytes are the same for all; `ws` would make a header for each, and give the
 * system two pieces to put together.
 */
export function sharedFrame(jpeg: Buffer): Buffer {
  let frame = frames.get(jpeg);
  if (!frame) {
    frame = Buffer.concat([headerOf(FINAL_BINARY, jpeg.length), jpeg]);
    frames.set(jpeg, frame);
  }
  return frame;
}

/** A patch as every viewer's socket gets it: what announces it, and its pieces. */
export function sharedPatch(patch: Patch): Buffer {
  let frame = frames.get(patch);
  if (!frame) {
    const text = Buffer.from(encode({type: 'patch', copies: patch.copies}));
    frame = Buffer.concat([headerOf(FINAL_TEXT, text.length), text, headerOf(FINAL_BINARY, patch.jpeg.length), patch.jpeg]);
    frames.set(patch, frame);
  }
  return frame;
}

/** The length takes as few bytes as it can: a WebSocket's reader may insist on that. */
function headerOf(kind: number, length: number): Buffer {
  if (length < 126) return Buffer.from([kind, length]);
  const isShort = length <= 0xffff;
  const header = Buffer.alloc(isShort ? 4 : 10);
  header[0] = kind;
  header[1] = isShort ? 126 : 127;
  header.writeUIntBE(length, isShort ? 2 : 4, isShort ? 2 : 6);
  return header;
}
