import {MAX_FRAME_BYTES, MAX_FRAME_SIDE_PX} from '../protocol.js';

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
 * @returns in plain words why the frame is not to be decoded; undefined when it may be.
 */
export function jpegProblem(buffer: ArrayBuffer): string | undefined {
  const view = new DataView(buffer);
  const {byteLength} = view;
  if (byteLength > MAX_FRAME_BYTES) return `it has ${byteLength} bytes, and ${MAX_FRAME_BYTES} are the most`;
  if (byteLength < 4 || view.getUint16(0) !== (MARKER << 8 | SOI)) return 'it is not a JPEG';
  for (let at = 2; at + 4 <= byteLength;) {
    if (view.getUint8(at) !== MARKER) return 'its header is damaged';
    const marker = view.getUint8(at + 1);
    // A marker may be preceded by any number of fill bytes.
    if (marker === MARKER) {
      at++;
      continue;
    }
    if (isFrameHeader(marker)) {
      if (at + 9 > byteLength) break;
      return sizeProblem(view.getUint16(at + 7), view.getUint16(at + 5)) ?? (hasEnd(view, at) ? undefined : 'it is cut off');
    }
    if (marker === SOS || marker === EOI) break;
    if (marker === APP1 && at + 4 < byteLength) view.setUint8(at + 4, 0);
    at += 2 + view.getUint16(at + 2);
  }
  return 'its header is cut off';
}

/** SOF0 to SOF15, of which three numbers are other markers: DHT, JPG and DAC. */
function isFrameHeader(marker: number): boolean {
  return marker >> 4 === 0xc && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** Whether the picture's end is there, which browsers do without; some encoders write more after it. */
function hasEnd(view: DataView, from: number): boolean {
  let at = view.byteLength - 2;
  while (at > from && view.getUint16(at) !== (MARKER << 8 | EOI)) at--;
  return at > from;
}

function sizeProblem(width: number, height: number): string | undefined {
  if (width === 0 || height === 0) return 'it is of no size';
  return Math.max(width, height) > MAX_FRAME_SIDE_PX
    ? `it is ${width} × ${height} pixels, and ${MAX_FRAME_SIDE_PX} a side are the most` : undefined;
}
