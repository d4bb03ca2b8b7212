/** Frames that are not what a server should send, or that few servers send. */

const PROGRESSIVE = [
  '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYV',
  'pQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wgARCAAQ',
  'ACADASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAWAQEBAQAAAAAAAAAAAAAAAAAABAX/2gAMAwEAAhADEAAAAZw2JgP/xAAUEA',
  'EAAAAAAAAAAAAAAAAAAAAw/9oACAEBAAEFAg//xAAUEQEAAAAAAAAAAAAAAAAAAAAQ/9oACAEDAQE/AT//xAAUEQEAAAAAAAAAAAAAAAAAAAAQ',
  '/9oACAECAQE/AT//xAAUEAEAAAAAAAAAAAAAAAAAAAAw/9oACAEBAAY/Ag//xAAUEAEAAAAAAAAAAAAAAAAAAAAw/9oACAEBAAE/IQ//2gAMAw',
  'EAAgADAAAAEAw//8QAFBEBAAAAAAAAAAAAAAAAAAAAEP/aAAgBAwEBPxA//8QAFBEBAAAAAAAAAAAAAAAAAAAAEP/aAAgBAgEBPxA//8QAFBAB',
  'AAAAAAAAAAAAAAAAAAAAMP/aAAgBAQABPxAP/9k=',
].join('');
const CMYK = [
  '/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLUBXQUZMTlJTUjI+WmFaUG',
  'BKUVJP/9sAQwEODg4TERMmFRUmTzUtNU9PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09P/8AAFAgAEAAg',
  'BAEiAAIRAQMRAQQiAP/EABYAAQEBAAAAAAAAAAAAAAAAAAAFBv/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAWAQEBAQAAAAAAAAAAAAAAAAAABQ',
  'b/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADgQBAAIRAxEEAAA/ALYDEKbdgAAAD//Z',
].join('');

/** A progressive JPEG, blue (#2040e0), 32 × 16 pixels, created with ImageMagick. */
export const progressiveJpeg = (): Uint8Array => fromBase64(PROGRESSIVE);
/** The same in CMYK. */
export const cmykJpeg = (): Uint8Array => fromBase64(CMYK);

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** The JPEG with an Exif orientation. 6 means a quarter turn to the right. */
export function withExifOrientation(jpeg: ArrayBuffer, orientation: number): Uint8Array {
  const exif = [
    0xff, 0xe1, 0, 34, ...ascii('Exif'), 0, 0, ...ascii('MM'), 0, 42, 0, 0, 0, 8,
    0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
  ];
  const bytes = new Uint8Array(jpeg);
  return joined(bytes.subarray(0, 2), Uint8Array.from(exif), bytes.subarray(2));
}

/** The JPEG with another size in its header. */
export function withSize(jpeg: ArrayBuffer, width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(jpeg.slice(0));
  const at = frameHeaderAt(bytes);
  new DataView(bytes.buffer).setUint16(at + 5, height);
  new DataView(bytes.buffer).setUint16(at + 7, width);
  return bytes;
}

/** The JPEG with a precision of seven bits, which is not valid. */
export function withSevenBits(jpeg: ArrayBuffer): Uint8Array {
  const bytes = new Uint8Array(jpeg.slice(0));
  bytes[frameHeaderAt(bytes) + 4] = 7;
  return bytes;
}

function frameHeaderAt(bytes: Uint8Array): number {
  return bytes.findIndex((byte, index) => byte === 0xff && bytes[index + 1] === 0xc0);
}

export function joined(...parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function ascii(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}

export async function png(width: number, height: number): Promise<ArrayBuffer> {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d');
  return (await canvas.convertToBlob({type: 'image/png'})).arrayBuffer();
}
