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
  const across = box.width / picture.width;
  const down = box.height / picture.height;
  // In 'none' the styles give the box the viewport's own size, in 'scale-down' no more than that.
  const isWhole = fit === 'fill' || fit === 'none';
  const scale = fit === 'cover' ? Math.max(across, down) : Math.min(across, down);
  const width = isWhole ? 1 : scale / across;
  const height = isWhole ? 1 : scale / down;
  return {x: (1 - width) / 2, y: (1 - height) / 2, width, height};
}

/**
 * Where in the session's viewport a place in the window is, in CSS pixels, to a hundredth; beside the viewport for a
 * place beside the picture. Undefined where there is no answer: the picture is seen from its edge or has no size.
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

/** How many of the session's pixels a pixel of the window is, on average over the picture. */
export function scaleOf({corners: [a, b, c, d], filled, viewport}: Picture): number {
  const area = Math.abs(areaOf(a, b, c) + areaOf(a, c, d)) / 2;
  return Math.sqrt(viewport.width * viewport.height / (area * filled.width * filled.height));
}

/** To a hundredth of a pixel: no device is finer, and messages stay short. */
export function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/**
 * The place in the unit square whose corners are seen at `corners`; not finite where there is none. The square's
 * projection is affine under 2D transforms and a perspective under 3D ones. A place's distance from a side, told by the
 * triangle that it makes with it, is proportional to its coordinate in the square, by the triangles that the corners make.
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

/** Twice the area of a triangle; negative when its corners run the other way round. */
function areaOf(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
}
