import type {Size} from '../protocol.js';

/** How the picture fits its box, like CSS `object-fit`. */
export type LiveViewFit = 'contain' | 'cover' | 'fill' | 'none' | 'scale-down';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point, Size {}

/** The corners of a box in the window: top left, top right, bottom right, bottom left. */
export type Corners = readonly [Point, Point, Point, Point];

/** Everything that maps a point of the window to the session, read at one moment. */
export interface Picture {
  /** The picture box's corners, in client coordinates, after every transform, zoom and scroll. */
  readonly corners: Corners;
  /** The part of its box that the picture fills, in fractions of the box. Beyond 0 and 1 if the picture is cropped. */
  readonly filled: Box;
  readonly viewport: Size;
}

/** The part of its box that a picture fills, in fractions of the box. */
export function filledBox(fit: LiveViewFit, box: Size, picture: Size): Box {
  const across = box.width / picture.width;
  const down = box.height / picture.height;
  // With 'none', the styles give the box the viewport's size; with 'scale-down', at most that size.
  const isWhole = fit === 'fill' || fit === 'none';
  const scale = fit === 'cover' ? Math.max(across, down) : Math.min(across, down);
  const width = isWhole ? 1 : scale / across;
  const height = isWhole ? 1 : scale / down;
  return {x: (1 - width) / 2, y: (1 - height) / 2, width, height};
}

/**
 * Converts a point of the window to CSS pixels of the session's viewport, to a hundredth. A point beside the picture lies beside the
 * viewport. Undefined if there is no such point, because the picture is seen edge-on or has no size.
 */
export function toSession({corners, filled, viewport}: Picture, clientX: number, clientY: number): Point | undefined {
  const inBox = toSquare(corners, {x: clientX, y: clientY});
  const x = (inBox.x - filled.x) / filled.width * viewport.width;
  const y = (inBox.y - filled.y) / filled.height * viewport.height;
  return Number.isFinite(x) && Number.isFinite(y) ? {x: rounded(x), y: rounded(y)} : undefined;
}

/** Whether a point is on the picture, not on the bars beside it. */
export function isInside({x, y}: Point, {width, height}: Size): boolean {
  return x >= 0 && y >= 0 && x < width && y < height;
}

/** How many of the session's pixels one pixel of the window shows, on average over the picture. */
export function scaleOf({corners: [a, b, c, d], filled, viewport}: Picture): number {
  const area = Math.abs(areaOf(a, b, c) + areaOf(a, c, d)) / 2;
  return Math.sqrt(viewport.width * viewport.height / (area * filled.width * filled.height));
}

/** Rounds to a hundredth of a pixel. No device is finer, and messages stay short. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/**
 * Converts a point to the unit square whose corners appear at `corners`. Not finite if there is no such point. The projection is affine
 * under 2D transforms, and a perspective under 3D ones. The area of the triangle of the point and a side of the square, weighted by the
 * triangles of the corners, is proportional to the point's coordinate.
 */
function toSquare([p0, p1, p2, p3]: Corners, p: Point): Point {
  const w0 = areaOf(p1, p2, p3), w1 = areaOf(p0, p2, p3), w2 = areaOf(p0, p1, p3), w3 = areaOf(p0, p1, p2);
  return {
    x: share(areaOf(p3, p0, p) / w1 / w2, areaOf(p1, p2, p) / w0 / w3),
    y: share(areaOf(p0, p1, p) / w2 / w3, areaOf(p2, p3, p) / w0 / w1),
  };
}

function share(part: number, rest: number): number {
  return part / (part + rest);
}

/** Twice the area of a triangle. Negative if its corners have the opposite orientation. */
function areaOf(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
}
