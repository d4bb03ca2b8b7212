import {MAX_FRAME_BYTES, MAX_FRAME_PIXELS, MAX_FRAME_SIDE_PX} from '../protocol.js';

const SOI = 0xffd8;
const SOS = 0xffda;
const EOI = 0xffd9;
const APP1 = 0xffe1;
const FILL = 0xffff;

/**
 * Reads the header of a JPEG (ITU-T T.81, annex B) up to its first scan, so that no enormous and no truncated picture is
 * decoded.
 *
 * Overwrites the Exif marker: pixels are shown as they were sent, and not every browser can be told to ignore the
 * rotation (`imageOrientation: 'none'` means `from-image` in newer ones).
 * @returns why the frame must not be decoded, in plain words. Undefined if it may be.
 */
export function jpegProblem(buffer: ArrayBuffer): string | undefined {
  const view = new DataView(buffer);
  const {byteLength} = view;
  if (byteLength > MAX_FRAME_BYTES) return `it has more than ${MAX_FRAME_BYTES} bytes`;
  if (byteLength < 4 || view.getUint16(0) !== SOI) return 'it is not a JPEG';
  try {
    return headerProblem(view);
  } catch {
    // The header reaches beyond the end of the bytes.
    return 'its header is cut off';
  }
}

/** @throws {RangeError} if the header reaches beyond the end of the bytes. */
function headerProblem(view: DataView): string | undefined {
  for (let at = 2, marker = 0; marker !== SOS && marker !== EOI;) {
    marker = view.getUint16(at);
    if (marker >> 8 !== 0xff) return 'its header is damaged';
    if (isFrameHeader(marker)) return sizeProblem(view.getUint16(at + 7), view.getUint16(at + 5)) ?? endProblem(view, at);
    if (marker === APP1) view.setUint8(at + 4, 0);
    // A marker may be preceded by any number of fill bytes.
    at += marker === FILL ? 1 : 2 + view.getUint16(at + 2);
  }
  return 'its header is cut off';
}

/** SOF0 to SOF15. Three numbers in that range are other markers: DHT, JPG and DAC. */
function isFrameHeader(marker: number): boolean {
  return marker >> 4 === 0xffc && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
}

/** Browsers accept a picture without its end marker, and some encoders write bytes after the marker. */
function endProblem(view: DataView, from: number): string | undefined {
  let at = view.byteLength - 2;
  while (at > from && view.getUint16(at) !== EOI) at--;
  return at > from ? undefined : 'it is cut off';
}

function sizeProblem(width: number, height: number): string | undefined {
  if (!width || !height) return 'it is of no size';
  return Math.max(width, height) > MAX_FRAME_SIDE_PX || width * height > MAX_FRAME_PIXELS
    ? `it is too large, ${width} × ${height} pixels` : undefined;
}
