import {MAX_FRAME_SIDE_PX, type PatchCopy} from 'chaser-live-view/protocol';
import {type Jpeg, MCU_PX} from './jpeg.js';
import {type Piece, type Sheet, writePieces} from './piece-writer.js';
import {around, type Changes, type Region, regionsOf} from './regions.js';
import type {Scan} from './scan.js';

/** Pieces of a frame, and where they belong. */
export interface Patch {
  readonly jpeg: Uint8Array;
  readonly copies: readonly PatchCopy[];
}

/**
 * Cuts the changed parts out of a frame, and writes their coefficients unchanged into a JPEG with Huffman tables of its own.
 *
 * Decoders smooth chroma across blocks. So a change also shows in the neighbouring pixels: the painted part of a piece is a pixel wider
 * than the changed MCUs, and around that is a margin of one MCU, which is not painted. Decoders treat the edge of a picture differently. So a
 * piece at the picture's edge has no margin there, and lies at the same edge of the JPEG, which ends at the same pixel within the MCU.
 * @returns undefined if the pieces would be larger than the picture.
 */
export function cutPatch(scan: Scan, changes: Changes): Patch | undefined {
  const sheet = layOut(regionsOf(changes), scan.jpeg);
  if (sheet.columns * sheet.rows > scan.jpeg.columns * scan.jpeg.rows || sheet.height > MAX_FRAME_SIDE_PX) return undefined;
  return {jpeg: writePieces(scan, sheet), copies: sheet.pieces.map((piece) => copyOf(piece, scan.jpeg))};
}

/** Stacks the pieces. A piece without a margin on its right is aligned right, every other piece left. */
function layOut(regions: readonly Region[], jpeg: Jpeg): Sheet {
  const outers = regions.map((region) => withMargin(region, jpeg));
  const isRight = ({column, columns}: Region) => column + columns === jpeg.columns;
  const isRagged = regions.some(isRight) && jpeg.width % MCU_PX > 0;
  // If the sheet's last column of MCUs is cut off, a piece with a margin on its right ends before that column.
  const columns = Math.max(...regions.map((region, index) => (outers[index]?.columns ?? 0) + (isRagged && !isRight(region) ? 1 : 0)));
  if (columns > jpeg.columns) return layOut([around(regions)], jpeg);
  let row = 0;
  const pieces = regions.map((region, index): Piece => {
    const outer = outers[index] ?? region;
    row += outer.rows;
    return {region, outer, column: isRight(region) ? columns - outer.columns : 0, row: row - outer.rows};
  });
  const isBottom = regions.some((region) => region.row + region.rows === jpeg.rows);
  return {
    columns, rows: row, pieces,
    width: columns * MCU_PX - (regions.some(isRight) ? jpeg.columns * MCU_PX - jpeg.width : 0),
    height: row * MCU_PX - (isBottom ? jpeg.rows * MCU_PX - jpeg.height : 0),
  };
}

function withMargin(region: Region, {columns, rows}: Pick<Jpeg, 'columns' | 'rows'>): Region {
  const [column, row] = [Math.max(0, region.column - 1), Math.max(0, region.row - 1)];
  return {
    column, columns: Math.min(columns, region.column + region.columns + 1) - column,
    row, rows: Math.min(rows, region.row + region.rows + 1) - row,
  };
}

function copyOf({region, outer, column, row}: Piece, {width, height}: Jpeg): PatchCopy {
  const [x, y] = [Math.max(0, region.column * MCU_PX - 1), Math.max(0, region.row * MCU_PX - 1)];
  const right = Math.min(width, (region.column + region.columns) * MCU_PX + 1);
  const bottom = Math.min(height, (region.row + region.rows) * MCU_PX + 1);
  return [x + (column - outer.column) * MCU_PX, y + (row - outer.row) * MCU_PX, right - x, bottom - y, x, y];
}
