import {encode} from 'chaser-live-view/protocol';
import type {Patch} from './patches/cut.js';

const FINAL_TEXT = 0x81;
const FINAL_BINARY = 0x82;
/** The WebSocket frames by picture. A picture is framed once for all its viewers. */
const frames = new WeakMap<Buffer | Patch, Buffer>();

/**
 * A picture as one binary message in one WebSocket frame (RFC 6455, section 5.2). A server's frames have no mask, so all viewers get
 * the same bytes. `ws` would create a header for each viewer, and write two pieces.
 */
export function sharedFrame(jpeg: Buffer): Buffer {
  let frame = frames.get(jpeg);
  if (!frame) {
    frame = Buffer.concat([headerOf(FINAL_BINARY, jpeg.length), jpeg]);
    frames.set(jpeg, frame);
  }
  return frame;
}

/** A patch as two WebSocket frames: the `patch` message, and the JPEG of pieces. */
export function sharedPatch(patch: Patch): Buffer {
  let frame = frames.get(patch);
  if (!frame) {
    const text = Buffer.from(encode({type: 'patch', copies: patch.copies}));
    frame = Buffer.concat([headerOf(FINAL_TEXT, text.length), text, headerOf(FINAL_BINARY, patch.jpeg.length), patch.jpeg]);
    frames.set(patch, frame);
  }
  return frame;
}

/** The header of a frame. The length must have its shortest form (RFC 6455, section 5.2). */
function headerOf(kind: number, length: number): Buffer {
  if (length < 126) return Buffer.from([kind, length]);
  const isShort = length <= 0xffff;
  const header = Buffer.alloc(isShort ? 4 : 10);
  header[0] = kind;
  header[1] = isShort ? 126 : 127;
  header.writeUIntBE(length, isShort ? 2 : 4, isShort ? 2 : 6);
  return header;
}
