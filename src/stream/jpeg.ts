import {MAX_FRAME_BYTES, MAX_FRAME_SIDE_PX} from '../protocol.js';
import type {Size} from '../protocol.js';

/** What a frame's header says: its size in pixels, or in plain words why it is not to be decoded. */
export type JpegHeader =
  | {readonly kind: 'jpeg'; readonly size: Size}
  | {readonly kind: 'bad'; readonly problem: string};

const MARKER = 0xff;
const SOI = 0xd8;
const SOS = 0xda;
const EOI = 0xd9;
const APP1 = 0xe1;

/**
 * Reads the header of a JPEG (ITU-T T.81, annex B) up to its first scan, so that nothing of an enormous size is ever
 * decoded, and nothing that is cut off.
 *
 * Makes its Exif unreadable: the pixels are shown as they were sent, and not every browser can be told to leave out the
 * rotation (`imageOrientation: 'none'` means `from-image` in newer ones).
 */
export function readJpeg(buffer: ArrayBuffer): JpegHeader {
  if (buffer.byteLength > MAX_FRAME_BYTES) return bad(`it has ${buffer.byteLength} bytes, and ${MAX_FRAME_BYTES} are the most`);
  const view = new DataView(buffer);
  if (view.byteLength < 4 || view.getUint8(0) !== MARKER || view.getUint8(1) !== SOI) return bad('it is not a JPEG');
  for (let at = 2; at + 4 <= view.byteLength;) {
    if (view.getUint8(at) !== MARKER) return bad('its header is damaged');
    const marker = view.getUint8(at + 1);
    // A marker may be preceded by any number of fill bytes.
    if (marker === MARKER) {
      at++;
      continue;
    }
    if (isFrameHeader(marker)) {
      const header = readSize(view, at);
      return header.kind === 'bad' || hasEnd(view, at) ? header : bad('it is cut off');
    }
    if (marker === SOS || marker === EOI) break;
    if (marker === APP1 && at + 4 < view.byteLength) view.setUint8(at + 4, 0);
    at += 2 + view.getUint16(at + 2);
  }
  return bad('its header is cut off');
}

/** SOF0 to SOF15, of which three numbers are other markers: DHT, JPG and DAC. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** Whether the picture's end is there, which browsers do without; some encoders write more after it. */
function hasEnd(view: DataView, from: number): boolean {
  let at = view.byteLength - 2;
  while (at > from && view.getUint16(at) !== (MARKER << 8 | EOI)) at--;
  return at > from;
}

function readSize(view: DataView, at: number): JpegHeader {
  if (at + 9 > view.byteLength) return bad('its header is cut off');
  const size = {width: view.getUint16(at + 7), height: view.getUint16(at + 5)};
  const {width, height} = size;
  if (width === 0 || height === 0) return bad('it is of no size');
  if (width > MAX_FRAME_SIDE_PX || height > MAX_FRAME_SIDE_PX) {
    return bad(`it is ${width} × ${height} pixels, and ${MAX_FRAME_SIDE_PX} a side are the most`);
  }
  return {kind: 'jpeg', size};
}

function bad(problem: string): JpegHeader {
  return {kind: 'bad', problem};
}
