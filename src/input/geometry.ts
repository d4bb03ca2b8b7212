import type {Size} from '../protocol.js';

/** How the picture fits its box, as CSS `object-fit`. */
export type LiveViewFit = 'contain' | 'cover' | 'fill' | 'none' | 'scale-down';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point, Size {}

/** Where four points of a square are in the window: top left, top right, bottom right, bottom left. */
export type Corners = readonly [Point, Point, Point, Point];

/** Everything that decides where in the session a place in the window is, read at one moment. */
export interface Picture {
  /** The picture box's corners, in client coordinates, after every transform, zoom and scroll. */
  readonly corners: Corners;
  /** What the picture fills of its box, in fractions of the box; beyond 0 and 1 where it is cropped. */
  readonly filled: Box;
  readonly viewport: Size;
}

/** What a picture of a shape fills of its box, in fractions of the box. */
export function filledBox(fit: LiveViewFit, box: Size, picture: Size): Box {
  // In 'none' the styles give the box the viewport's own size, in 'scale-down' no more than that.
  if (fit === 'fill' || fit === 'none') return {x: 0, y: 0, width: 1, height: 1};
  const across = box.width / picture.width;
  const down = box.height / picture.height;
  const scale = fit === 'cover' ? Math.max(across, down) : Math.min(across, down);
  const width = scale / across;
  const height = scale / down;
  return {x: (1 - width) / 2, y: (1 - height) / 2, width, height};
}

/**
 * Where in the session's viewport a place in the window is, in CSS pixels, to a hundredth; beside the viewport for a
 * place beside the picture. Undefined where there is no answer: the picture is seen from its edge or has no size.
 */
export function toSession({corners, filled, viewport}: Picture, clientX: number, clientY: number): Point | undefined {
  const inBox = toSquare(corners, clientX, clientY);
  if (!inBox) return undefined;
  const x = (inBox.x - filled.x) / filled.width * viewport.width;
  const y = (inBox.y - filled.y) / filled.height * viewport.height;
  return Number.isFinite(x) && Number.isFinite(y) ? {x: rounded(x), y: rounded(y)} : undefined;
}

/** Whether a point is on the picture, not on the bars beside it. */
export function isInside({x, y}: Point, {width, height}: Size): boolean {
  return x >= 0 && y >= 0 && x < width && y < height;
}

/** How many of the session's pixels a pixel of the window is, on average over the picture. */
export function scaleOf({corners: [a, b, c, d], filled, viewport}: Picture): number {
  const area = Math.abs((c.x - a.x) * (d.y - b.y) - (d.x - b.x) * (c.y - a.y)) / 2;
  return Math.sqrt(viewport.width * viewport.height / (area * filled.width * filled.height));
}

/** To a hundredth of a pixel: no device is finer, and messages stay short. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/**
 * The place in the unit square whose corners are seen at `corners`: the inverse of the square's projection, which is
 * affine under 2D transforms and a perspective under 3D ones. Heckbert, "Fundamentals of Texture Mapping", 2.2.3.
 */
function toSquare([p0, p1, p2, p3]: Corners, x: number, y: number): Point | undefined {
  const dx1 = p1.x - p2.x, dx2 = p3.x - p2.x, sx = p0.x - p1.x + p2.x - p3.x;
  const dy1 = p1.y - p2.y, dy2 = p3.y - p2.y, sy = p0.y - p1.y + p2.y - p3.y;
  const flat = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / flat;
  const h = (dx1 * sy - sx * dy1) / flat;
  // The place (u, v) solves a1 u + b1 v = x - p0.x and a2 u + b2 v = y - p0.y.
  const a1 = p1.x - p0.x + g * (p1.x - x), b1 = p3.x - p0.x + h * (p3.x - x);
  const a2 = p1.y - p0.y + g * (p1.y - y), b2 = p3.y - p0.y + h * (p3.y - y);
  const determinant = a1 * b2 - b1 * a2;
  const u = ((x - p0.x) * b2 - b1 * (y - p0.y)) / determinant;
  const v = (a1 * (y - p0.y) - (x - p0.x) * a2) / determinant;
  return Number.isFinite(u) && Number.isFinite(v) ? {x: u, y: v} : undefined;
}
