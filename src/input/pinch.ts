import {distance, middle} from './finger-hold.js';
import type {Pair, PinchListener} from './finger-hold.js';
import {toSession} from './geometry.js';
import type {Picture, Point} from './geometry.js';
import type {Zoom} from './zoom.js';

/** Two fingers zoom and move the picture. The point between them stays between them. */
export class Pinch implements PinchListener {
  readonly #zoom: Zoom;
  readonly #picture: () => Picture | undefined;
  #start: {readonly place: Point; readonly zoom: number; readonly distancePx: number} | undefined;

  constructor(zoom: Zoom, picture: () => Picture | undefined) {
    this.#zoom = zoom;
    this.#picture = picture;
  }

  /** Two fingers that move together move a zoomed picture. Otherwise they scroll the session. */
  get takesPan(): boolean {
    return this.#zoom.zoom > 1;
  }

  move(from: Pair, to: Pair): void {
    const picture = this.#picture();
    if (!picture) return;
    const placeOf = ({x, y}: Point) => toSession(picture, x, y);
    const place = placeOf(middle(from));
    if (place) this.#start ??= {place, zoom: this.#zoom.zoom, distancePx: distance(...from)};
    const target = placeOf(middle(to));
    if (this.#start && target) this.#zoom.hold(this.#start.zoom * distance(...to) / this.#start.distancePx, this.#start.place, target);
  }

  end(): void {
    this.#start = undefined;
  }
}
