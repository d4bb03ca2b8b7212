import type {Size} from '../protocol.js';
import type {Pieces} from './frame.js';

/** Pieces include a margin around what has changed and may overlap, so together they may have up to twice the picture's area. */
const MAX_AREA_SHARE = 2;

/**
 * Checks the source and the destination of each piece of a patch.
 * @returns why the patch must not be painted, in plain words. Undefined if it may be.
 */
export function piecesProblem(pieces: Pieces, jpeg: Size, picture: Size | null): string | undefined {
  if (!picture || pieces === 'unreadable') return 'where its pieces belong is not known';
  let area = 0;
  for (const [sx, sy, width, height, x, y] of pieces) {
    area += width * height;
    if (sx + width > jpeg.width || sy + height > jpeg.height) return 'a piece lies outside of the JPEG';
    if (x + width > picture.width || y + height > picture.height) return 'a piece lies outside of the picture';
  }
  return area > MAX_AREA_SHARE * picture.width * picture.height ? 'its pieces are too large' : undefined;
}
