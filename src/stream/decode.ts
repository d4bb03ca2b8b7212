import {jpegProblem} from './jpeg.js';

/** Why a frame could not be shown, phrased to follow a colon. */
export class BadFrame extends Error {}

/** A decoded picture. The receiver closes it. */
export interface Decoded {
  readonly image: ImageBitmap | VideoFrame;
  readonly width: number;
  readonly height: number;
}

/** Decodes a JPEG and takes ownership of its bytes. */
export type Decode = (bytes: ArrayBuffer) => Promise<Decoded | BadFrame>;

/** Wraps a decoder so that it rejects frames that must not be decoded. */
export function guarded(decode: (bytes: ArrayBuffer) => Promise<Decoded>): Decode {
  return async (bytes) => {
    const problem = jpegProblem(bytes);
    if (problem !== undefined) return new BadFrame(problem);
    return decode(bytes).catch((cause: unknown) => new BadFrame('it could not be decoded', {cause}));
  };
}

/** The decoder that works in every engine on a page's main thread. */
export async function decodeBitmap(bytes: ArrayBuffer): Promise<Decoded> {
  const image = await createImageBitmap(new Blob([bytes], {type: 'image/jpeg'}));
  return {image, width: image.width, height: image.height};
}
