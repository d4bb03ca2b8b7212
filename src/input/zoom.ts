import type {Size} from '../protocol.js';
import {filledBox} from './geometry.js';
import type {Box, LiveViewFit, Point} from './geometry.js';

/** The largest zoom. */
export const MAX_ZOOM = 8;

/** A zoom: the picture's box is scaled about its top left corner and then moved by `x` and `y`, in fractions of the box. */
export interface ZoomView extends Point {
  readonly zoom: number;
}

/** The limits of a zoom, in fractions of the picture's box: the part that the picture fills, and the stage around the box. */
export interface ZoomBounds {
  readonly filled: Box;
  readonly stage: Box;
}

const UNZOOMED: ZoomView = {zoom: 1, x: 0, y: 0};
const UNIT: Box = {x: 0, y: 0, width: 1, height: 1};
const MIDDLE: Point = {x: 0.5, y: 0.5};

/**
 * The zoom with which the point `from` of the box appears where the point `to` appears now, or as near to it as possible: a
 * picture that is large enough to fill the stage leaves no empty bar beside it.
 */
export function zoomed(view: ZoomView, zoom: number, from: Point, to: Point, {filled, stage}: ZoomBounds): ZoomView {
  const clamped = Math.min(MAX_ZOOM, Math.max(1, zoom));
  if (clamped === 1) return UNZOOMED;
  const along = (at: number, start: number, length: number, stageStart: number, stageLength: number) => {
    const room = stageLength - length * clamped;
    const begin = room < 0 ? Math.min(stageStart, Math.max(stageStart + room, at + start * clamped)) : stageStart + room / 2;
    return begin - start * clamped;
  };
  return {
    zoom: clamped,
    x: along(view.x + view.zoom * to.x - clamped * from.x, filled.x, filled.width, stage.x, stage.width),
    y: along(view.y + view.zoom * to.y - clamped * from.y, filled.y, filled.height, stage.y, stage.height),
  };
}

/**
 * How far a span has to move to lie inside a range, or to cover it if the span is the longer one. If a longer span lies wholly
 * outside, its start is moved into the range.
 */
function wayInto(start: number, length: number, room: number, roomLength: number): number {
  const spare = roomLength - length;
  if (spare < 0 && (start + length <= room || start >= room + roomLength)) return room - start;
  return Math.max(room + Math.min(0, spare), Math.min(room + Math.max(0, spare), start)) - start;
}

export interface ZoomOptions {
  readonly canvas: () => HTMLCanvasElement | undefined;
  readonly viewport: () => Size | null;
  readonly fit: () => LiveViewFit;
  /** The zoom has changed. */
  readonly changed: (zoom: number) => void;
}

/** The width of the stage's edge, as a fraction of the stage. A mouse there moves a zoomed picture. */
const EDGE = 0.08;

/**
 * The viewer's own zoom, which only sets a transform on the picture's box. The element does not render and no frame is
 * painted for it. Coordinates are mapped by the transformed box, as without a zoom.
 */
export class Zoom {
  readonly #options: ZoomOptions;
  #view = UNZOOMED;
  #isMovedByHand = false;

  constructor(options: ZoomOptions) {
    this.#options = options;
  }

  get zoom(): number {
    return this.#view.zoom;
  }

  /** Whether the person has zoomed or moved the picture since the view last moved by itself. */
  get isMovedByHand(): boolean {
    return this.#isMovedByHand;
  }

  /** Zooms about a point of the session's viewport, by default the middle of the stage. */
  zoomTo(zoom: number, place?: Point): void {
    const {stage} = this.#bounds;
    const {x, y, zoom: before} = this.#view;
    const at = place ? this.#toBox(place) : {x: (stage.x + stage.width / 2 - x) / before, y: (stage.y + stage.height / 2 - y) / before};
    this.#move(zoomed(this.#view, zoom, at, at, this.#bounds));
  }

  /** Zooms so that the point `from` of the session's viewport appears where the point `to` appears now. */
  hold(zoom: number, from: Point, to: Point): void {
    this.#move(zoomed(this.#view, zoom, this.#toBox(from), this.#toBox(to), this.#bounds));
  }

  /** The mouse is at this point of the session's viewport. Near the stage's edge, it moves a zoomed picture. */
  push(place: Point): void {
    if (this.zoom === 1) return;
    const {stage} = this.#bounds;
    const at = this.#toBox(place);
    const pushed = (seen: number) => Math.max(0, seen - 1 + EDGE) - Math.max(0, EDGE - seen);
    const x = pushed((this.#view.x + this.zoom * at.x - stage.x) / stage.width) * stage.width / this.zoom;
    const y = pushed((this.#view.y + this.zoom * at.y - stage.y) / stage.height) * stage.height / this.zoom;
    if (x !== 0 || y !== 0) this.#move(zoomed(this.#view, this.zoom, {x: at.x + x, y: at.y + y}, at, this.#bounds));
  }

  /**
   * Moves a zoomed picture just far enough to show this box of the session's viewport, also above an on-screen keyboard.
   * Without a box, undoes the move for a keyboard.
   */
  show(box?: Box): void {
    if (this.zoom === 1) return;
    const {filled, stage} = this.#bounds;
    const view = zoomed(this.#view, this.zoom, MIDDLE, MIDDLE, {filled, stage});
    if (!box) return this.#set(view);
    const from = this.#toBox(box);
    const end = this.#toBox({x: box.x + box.width, y: box.y + box.height});
    const room = this.#roomOf(stage);
    const way = (axis: 'x' | 'y', size: 'width' | 'height') =>
      wayInto(view[axis] + this.zoom * from[axis], this.zoom * (end[axis] - from[axis]), room[axis], room[size]) / this.zoom;
    const [x, y] = [way('x', 'width'), way('y', 'height')];
    this.#set(x === 0 && y === 0 ? view : zoomed(view, this.zoom, from, {x: from.x + x, y: from.y + y}, {filled, stage: room}));
    this.#isMovedByHand = false;
  }

  /** The picture's box may have changed. */
  apply(): void {
    const {zoom, x, y} = this.#view;
    const style = this.#options.canvas()?.parentElement?.style;
    const transform = zoom === 1 ? '' : `translate(${x * 100}%, ${y * 100}%) scale(${zoom})`;
    if (style && style.transform !== transform) style.transform = transform;
  }

  #move(view: ZoomView): void {
    this.#isMovedByHand = true;
    this.#set(view);
  }

  #set(view: ZoomView): void {
    const before = this.zoom;
    this.#view = view;
    this.apply();
    if (view.zoom !== before) this.#options.changed(view.zoom);
  }

  /** Converts a point of the session's viewport to fractions of the picture's box. */
  #toBox({x, y}: Point): Point {
    const {filled} = this.#bounds;
    const {width, height} = this.#options.viewport() ?? {width: 1, height: 1};
    return {x: filled.x + x / width * filled.width, y: filled.y + y / height * filled.height};
  }

  get #bounds(): ZoomBounds {
    const picture = this.#options.canvas()?.parentElement;
    const stage = picture?.parentElement;
    const viewport = this.#options.viewport();
    if (!picture || !stage || !viewport || !picture.offsetWidth || !picture.offsetHeight) return {filled: UNIT, stage: UNIT};
    // Layout sizes ignore transforms.
    const {offsetLeft, offsetTop, offsetWidth: width, offsetHeight: height} = picture;
    return {
      filled: filledBox(this.#options.fit(), {width, height}, viewport),
      stage: {x: -offsetLeft / width, y: -offsetTop / height, width: stage.clientWidth / width, height: stage.clientHeight / height},
    };
  }

  /** The part of the stage that is neither scrolled out of sight nor under an on-screen keyboard, in fractions of the picture's box. The whole stage if no part is visible. */
  #roomOf(whole: Box): Box {
    const stage = this.#options.canvas()?.parentElement?.parentElement;
    const visual = stage?.ownerDocument.defaultView?.visualViewport;
    if (!stage || !visual) return whole;
    const {left, top, right, bottom, width, height} = stage.getBoundingClientRect();
    const [x, y] = [Math.max(left, visual.offsetLeft), Math.max(top, visual.offsetTop)];
    const [wide, high] = [Math.min(right, visual.offsetLeft + visual.width) - x, Math.min(bottom, visual.offsetTop + visual.height) - y];
    const [across, down] = [whole.width / width, whole.height / height];
    return wide > 0 && high > 0 ? {x: whole.x + (x - left) * across, y: whole.y + (y - top) * down, width: wide * across, height: high * down} : whole;
  }
}
