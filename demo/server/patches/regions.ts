/** A rectangle of MCUs. */
export interface Region {
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

/** Which MCUs of a picture have changed: one byte each, row by row. */
export interface Changes {
  readonly columns: number;
  readonly rows: number;
  readonly changed: Uint8Array;
}

/** Each region has a margin, which adds to the patch, and many regions make the search slow. */
const MAX_REGIONS = 16;
/** Changes that are nearer to each other than this, in MCUs, are one region, because their margins would overlap. */
const NEAR = 2;

/** Rectangles that together cover all changes. Empty if nothing has changed. */
export function regionsOf(changes: Changes): Region[] {
  for (let cell = NEAR; ; cell *= 2) {
    const regions = clusters(changes, cell);
    if (regions.length <= MAX_REGIONS) return atEdges(merged(regions), changes);
  }
}

/** The smallest rectangle around regions. */
export function around(regions: readonly Region[]): Region {
  const column = Math.min(...regions.map((region) => region.column));
  const row = Math.min(...regions.map((region) => region.row));
  return {
    column, columns: Math.max(...regions.map((region) => region.column + region.columns)) - column,
    row, rows: Math.max(...regions.map((region) => region.row + region.rows)) - row,
  };
}

/** Divides the picture into cells. The changes in cells that touch each other are one region. */
function clusters({columns, rows, changed}: Changes, cell: number): Region[] {
  const width = Math.ceil(columns / cell);
  const cells: (Region | undefined)[] = Array.from({length: width * Math.ceil(rows / cell)});
  for (let mcu = changed.indexOf(1); mcu >= 0; mcu = changed.indexOf(1, mcu + 1)) {
    const [column, row] = [mcu % columns, Math.floor(mcu / columns)];
    const index = Math.floor(row / cell) * width + Math.floor(column / cell);
    const region: Region = {column, row, columns: 1, rows: 1};
    const before = cells[index];
    cells[index] = before ? around([before, region]) : region;
  }
  const regions: Region[] = [];
  for (let index = 0; index < cells.length; index++) if (cells[index]) regions.push(around(takeOut(cells, index, width)));
  return regions;
}

/** Removes a cell and all cells that are connected with it. Returns their regions. */
function takeOut(cells: (Region | undefined)[], start: number, width: number): Region[] {
  const taken: Region[] = [];
  const open = [start];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const region = cells[index];
    if (!region) continue;
    taken.push(region);
    cells[index] = undefined;
    const column = index % width;
    for (const across of [-1, 0, 1]) {
      if (column + across < 0 || column + across >= width) continue;
      for (const next of [index + across - width, index + across, index + across + width]) if (cells[next]) open.push(next);
    }
  }
  return taken;
}

/** Merges regions if the merged one costs no more. */
function merged(regions: readonly Region[]): Region[] {
  const left = [...regions];
  for (let one = 0; one < left.length; one++) {
    for (let other = one + 1; other < left.length; other++) {
      const [a, b] = [left[one], left[other]];
      if (!a || !b) continue;
      const both = around([a, b]);
      if (costOf(both) > costOf(a) + costOf(b)) continue;
      left.splice(other, 1);
      left[one] = both;
      // The merged region may merge with any other one: start again.
      [one, other] = [-1, left.length];
    }
  }
  return left;
}

/** How many MCUs are sent for a region, with its margin. */
function costOf({columns, rows}: Region): number {
  return (columns + 2) * (rows + 2);
}

/**
 * A region at the picture's top or bottom has no margin there, and must lie at the top or bottom of the JPEG of pieces, which has room for
 * one region each. If a region reaches from top to bottom, all regions become one.
 */
function atEdges(regions: readonly Region[], {rows}: Changes): Region[] {
  const isTop = ({row}: Region) => row === 0;
  const isBottom = (region: Region) => region.row + region.rows === rows;
  const top = regions.filter(isTop);
  const bottom = regions.filter(isBottom);
  const between = regions.filter((region) => !isTop(region) && !isBottom(region));
  if (top.some(isBottom)) return [around(regions)];
  return [...top.length > 0 ? [around(top)] : [], ...between, ...bottom.length > 0 ? [around(bottom)] : []];
}
