import {isInside, toSession} from './geometry.js';
import type {Outlet} from './outlet.js';

/** A line of a wheel that counts lines: three of them, a notch, are the 120 pixels that Chromium gives a notch. */
const LINE_PX = 40;
const MAX_DELTA_PX = 1e5;

/**
 * Wheel and trackpad. A pinch on a trackpad is a wheel with Control, and goes on as that. Listens while the view is
 * interactive: from then on the page around neither scrolls nor zooms.
 */
export function listenToWheel(canvas: HTMLCanvasElement, signal: AbortSignal, outlet: Outlet, heldButtons: () => number): void {
  canvas.addEventListener('wheel', (event) => {
    if (!outlet.isAccepted()) return;
    event.preventDefault();
    // Before `deltaMode`: Firefox gives pixels to a page that asks for the deltas first.
    const {deltaX, deltaY} = event;
    const modifiers = outlet.modifiers(event);
    outlet.flush();
    const picture = outlet.picture();
    const point = picture && toSession(picture, event.clientX, event.clientY);
    if (!point || !isInside(point, picture.viewport)) return;
    const {width, height} = picture.viewport;
    outlet.post({
      type: 'wheel', ...point, deltaX: toPixels(deltaX, event.deltaMode, width), deltaY: toPixels(deltaY, event.deltaMode, height),
      buttons: heldButtons(), modifiers,
    });
  }, {signal, passive: false});
}

function toPixels(delta: number, mode: number, pagePx: number): number {
  const unitPx = [1, LINE_PX, pagePx][mode] ?? 1;
  return Math.min(Math.max(delta * unitPx, -MAX_DELTA_PX), MAX_DELTA_PX);
}
