import {jpegProblem} from './jpeg.js';

/** Why a frame could not be shown, in words that follow a colon. */
export class BadFrame extends Error {}

/** A decoded picture, to be closed. */
export interface Decoded {
  readonly image: ImageBitmap | VideoFrame;
  readonly width: number;
  readonly height: number;
}

/** Decodes a JPEG, whose bytes are its own from then on. */
export type Decode = (bytes: ArrayBuffer) => Promise<Decoded | BadFrame>;

/** Makes a decoder refuse what must not be decoded. */
export function guarded(decode: (bytes: ArrayBuffer) => Promise<Decoded>): Decode {
  return async (bytes) => {
    const problem = jpegProblem(bytes);
    if (problem !== undefined) return new BadFrame(problem);
    return decode(bytes).catch((cause: unknown) => new BadFrame('it could not be decoded', {cause}));
  };
}

/** As every engine does it on a page. */
export async function decodeBitmap(bytes: ArrayBuffer): Promise<Decoded> {
  const image = await createImageBitmap(new Blob([bytes], {type: 'image/jpeg'}));
  return {image, width: image.width, height: image.height};
}
