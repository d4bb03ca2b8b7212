import type {Size} from '../protocol.js';
import {filledBox} from './geometry.js';
import type {Box, LiveViewFit, Point} from './geometry.js';

/** The largest zoom. */
export const MAX_ZOOM = 8;

/** How a picture is zoomed: its box is enlarged about its top left corner and moved by `x` and `y`, in fractions of the box. */
export interface ZoomView extends Point {
  readonly zoom: number;
}

/** What limits a zoom, in fractions of the picture's box: what the picture fills of the box, and where the stage around it is. */
export interface ZoomBounds {
  readonly filled: Box;
  readonly stage: Box;
}

const UNZOOMED: ZoomView = {zoom: 1, x: 0, y: 0};
const UNIT: Box = {x: 0, y: 0, width: 1, height: 1};

/**
 * The view that is zoomed so that the place `from` of the box is seen where `to` is seen now; as near to that as keeps the
 * picture on the stage: no bar grows beside a picture that could fill it.
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

export interface ZoomOptions {
  readonly canvas: () => HTMLCanvasElement | undefined;
  readonly viewport: () => Size | null;
  readonly fit: () => LiveViewFit;
  /** Another zoom holds. */
  readonly changed: (zoom: number) => void;
}

/** How much of the mouse's stage is its edge, where it pushes a zoomed picture. */
const EDGE = 0.08;

/**
 * The viewer's own zoom: a transform of the picture's box, and nothing else. Neither does the element render for it nor is
 * a frame painted again, and where a place is seen is read from the box as ever.
 */
export class Zoom {
  readonly #options: ZoomOptions;
  #view = UNZOOMED;

  constructor(options: ZoomOptions) {
    this.#options = options;
  }

  get zoom(): number {
    return this.#view.zoom;
  }

  /** Zooms so that a place of the session's viewport stays where it is seen; the middle of the stage without one. */
  zoomTo(zoom: number, place?: Point): void {
    const {stage} = this.#bounds;
    const {x, y, zoom: before} = this.#view;
    const at = place ? this.#toBox(place) : {x: (stage.x + stage.width / 2 - x) / before, y: (stage.y + stage.height / 2 - y) / before};
    this.#set(zoomed(this.#view, zoom, at, at, this.#bounds));
  }

  /** Zooms so that the place `from` of the session's viewport is seen where `to` is seen now. */
  hold(zoom: number, from: Point, to: Point): void {
    this.#set(zoomed(this.#view, zoom, this.#toBox(from), this.#toBox(to), this.#bounds));
  }

  /** A mouse is at this place of the session's viewport: at the stage's edge it pushes a zoomed picture. */
  push(place: Point): void {
    if (this.zoom === 1) return;
    const {stage} = this.#bounds;
    const at = this.#toBox(place);
    const pushed = (seen: number) => Math.max(0, seen - 1 + EDGE) - Math.max(0, EDGE - seen);
    const x = pushed((this.#view.x + this.zoom * at.x - stage.x) / stage.width) * stage.width / this.zoom;
    const y = pushed((this.#view.y + this.zoom * at.y - stage.y) / stage.height) * stage.height / this.zoom;
    if (x !== 0 || y !== 0) this.#set(zoomed(this.#view, this.zoom, {x: at.x + x, y: at.y + y}, at, this.#bounds));
  }

  /** Moves a zoomed picture so that this box of the session's viewport is in sight, above an on-screen keyboard too. */
  show({x, y, width, height}: Box): void {
    if (this.zoom === 1) return;
    const {stage} = this.#bounds;
    const seen = this.#inSight();
    const middle = this.#toBox({x: x + width / 2, y: y + height / 2});
    const [left, top] = [this.#view.x + this.zoom * middle.x, this.#view.y + this.zoom * middle.y];
    const room = {x: stage.x + seen.x * stage.width, y: stage.y + seen.y * stage.height, width: seen.width * stage.width, height: seen.height * stage.height};
    if (left > room.x && left < room.x + room.width && top > room.y && top < room.y + room.height) return;
    const to = {x: (room.x + room.width / 2 - this.#view.x) / this.zoom, y: (room.y + room.height / 2 - this.#view.y) / this.zoom};
    this.#set(zoomed(this.#view, this.zoom, middle, to, this.#bounds));
  }

  /** The picture's box may be a new one. */
  apply(): void {
    const {zoom, x, y} = this.#view;
    const style = this.#options.canvas()?.parentElement?.style;
    const transform = zoom === 1 ? '' : `translate(${x * 100}%, ${y * 100}%) scale(${zoom})`;
    if (style && style.transform !== transform) style.transform = transform;
  }

  #set(view: ZoomView): void {
    const before = this.zoom;
    this.#view = view;
    this.apply();
    if (view.zoom !== before) this.#options.changed(view.zoom);
  }

  /** A place of the session's viewport in fractions of the picture's box. */
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
    // Sizes before any transform.
    const {offsetLeft, offsetTop, offsetWidth: width, offsetHeight: height} = picture;
    return {
      filled: filledBox(this.#options.fit(), {width, height}, viewport),
      stage: {x: -offsetLeft / width, y: -offsetTop / height, width: stage.clientWidth / width, height: stage.clientHeight / height},
    };
  }

  /** What of the stage is neither scrolled away nor under an on-screen keyboard, in fractions of it. */
  #inSight(): Box {
    const stage = this.#options.canvas()?.parentElement?.parentElement;
    const visual = stage?.ownerDocument.defaultView?.visualViewport;
    if (!stage || !visual) return UNIT;
    const {left, top, width, height} = stage.getBoundingClientRect();
    const [x, right] = [Math.max(left, visual.offsetLeft), Math.min(left + width, visual.offsetLeft + visual.width)];
    const [y, bottom] = [Math.max(top, visual.offsetTop), Math.min(top + height, visual.offsetTop + visual.height)];
    return right > x && bottom > y ? {x: (x - left) / width, y: (y - top) / height, width: (right - x) / width, height: (bottom - y) / height} : UNIT;
  }
}
