import {decodeBitmap, guarded} from './decode.js';
import type {Decode, Decoded} from './decode.js';

/**
 * The decoder that does not wait for the page, of those with the very pixels of `createImageBitmap`. In Chromium that is
 * `createImageBitmap` itself: `ImageDecoder` has planes of YUV there, which become other pixels, and wait for the page as
 * they are drawn. In Firefox it is `ImageDecoder`, which has RGB.
 */
export async function chooseDecoder(): Promise<Decode> {
  try {
    const probe = await new OffscreenCanvas(16, 16).convertToBlob({type: 'image/jpeg', quality: 0.5});
    const {image} = await decodeFrame(await probe.arrayBuffer());
    // A frame that is closed has no format any more.
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
