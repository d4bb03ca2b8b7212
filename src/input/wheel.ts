import {isInside, toSession} from './geometry.js';
import type {Outlet} from './outlet.js';
import type {Pointer} from './pointer.js';

/** A line of a wheel that counts lines: three of them, a notch, are the 120 pixels that Chromium gives a notch. */
const LINE_PX = 40;
const MAX_DELTA_PX = 1e5;

/** Wheel and trackpad. A pinch on a trackpad is a wheel with Control, and goes on as that. */
export class Wheel {
  readonly #outlet: Outlet;
  readonly #pointer: Pick<Pointer, 'buttons'>;

  constructor(outlet: Outlet, pointer: Pick<Pointer, 'buttons'>) {
    this.#outlet = outlet;
    this.#pointer = pointer;
  }

  /** Listens while the view is interactive: from then on the page around neither scrolls nor zooms. */
  listen(canvas: HTMLCanvasElement, signal: AbortSignal): void {
    canvas.addEventListener('wheel', (event) => this.#outlet.isAccepted() && this.#take(event), {signal, passive: false});
  }

  #take(event: WheelEvent): void {
    event.preventDefault();
    // Before `deltaMode`: Firefox gives pixels to a page that asks for the deltas first.
    const {deltaX, deltaY} = event;
    const modifiers = this.#outlet.modifiers(event);
    this.#outlet.flush();
    const picture = this.#outlet.picture();
    const point = picture && toSession(picture, event.clientX, event.clientY);
    if (!point || !isInside(point, picture.viewport)) return;
    const {width, height} = picture.viewport;
    this.#outlet.post({
      type: 'wheel', ...point, deltaX: toPixels(deltaX, event.deltaMode, width), deltaY: toPixels(deltaY, event.deltaMode, height),
      buttons: this.#pointer.buttons, modifiers,
    });
  }
}

function toPixels(delta: number, mode: number, pagePx: number): number {
  const unitPx = mode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : mode === WheelEvent.DOM_DELTA_PAGE ? pagePx : 1;
  return Math.min(Math.max(delta * unitPx, -MAX_DELTA_PX), MAX_DELTA_PX);
}
