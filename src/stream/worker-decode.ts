import {decodeBitmap, guarded} from './decode.js';
import type {Decode, Decoded} from './decode.js';

/**
 * Chooses a decoder that does not wait for the page and gives the same pixels as `createImageBitmap`. In Chromium, that is
 * `createImageBitmap` itself: `ImageDecoder` returns YUV there, whose pixels differ and whose drawing waits for the page. In Firefox, it
 * is `ImageDecoder`, which returns RGB.
 */
export async function chooseDecoder(): Promise<Decode> {
  try {
    const probe = await new OffscreenCanvas(16, 16).convertToBlob({type: 'image/jpeg', quality: 0.5});
    const {image} = await decodeFrame(await probe.arrayBuffer());
    // Read before the frame is closed, because a closed frame has no format.
    const isRgb = 'format' in image && image.format?.startsWith('BGR');
    image.close();
    return guarded(isRgb ? decodeFrame : decodeBitmap);
  } catch {
    return guarded(decodeBitmap);
  }
}

async function decodeFrame(bytes: ArrayBuffer): Promise<Decoded> {
  const decoder = new ImageDecoder({data: bytes, type: 'image/jpeg'});
  try {
    const {image} = await decoder.decode();
    return {image, width: image.displayWidth, height: image.displayHeight};
  } finally {
    decoder.close();
  }
}
