import type {Size} from '../protocol.js';
import type {Pieces} from './frame.js';

/** Pieces are cut a pixel wider than what has changed, and may overlap: together they have at most twice the picture's area. */
const MAX_AREA_SHARE = 2;

/**
 * Looks where a patch's pieces come from and belong.
 * @returns in plain words why it is not to be painted; undefined when it may be.
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
