import {MODIFIER} from '../protocol.js';
import {isInside, rounded, toSession} from './geometry.js';
import type {ModifierFlags, InputSender} from './input-sender.js';

/** The height of a line in pixels. A notch is three lines, and 120 pixels in Chromium. */
const LINE_PX = 40;
const MAX_DELTA_PX = 1e5;

type Turn = Event & ModifierFlags & Pick<WheelEvent, 'clientX' | 'clientY'>;

/**
 * Wheel and trackpad. A pinch on a trackpad is a `wheel` event with Control, and is sent as such. While the view is
 * interactive, these events neither scroll nor zoom the page around it.
 */
export function listenToWheel(canvas: HTMLCanvasElement, signal: AbortSignal, sender: InputSender, heldButtons: () => number): void {
  function take(event: Turn, deltaX: number, deltaY: number, deltaMode = 0, pinch = 0): void {
    if (!sender.isAccepted()) return;
    event.preventDefault();
    const modifiers = sender.modifiers(event) | pinch;
    sender.flush();
    const picture = sender.picture();
    const point = picture && toSession(picture, event.clientX, event.clientY);
    if (!point || !isInside(point, picture.viewport)) return;
    const {width, height} = picture.viewport;
    sender.post({
      type: 'wheel', ...point, deltaX: toPixels(deltaX, deltaMode, width), deltaY: toPixels(deltaY, deltaMode, height),
      buttons: heldButtons(), modifiers, t: rounded(event.timeStamp),
    });
  }

  const options = {signal, passive: false};
  // The deltas are read before `deltaMode`: then Firefox gives pixels.
  canvas.addEventListener('wheel', (event) => take(event, event.deltaX, event.deltaY, event.deltaMode), options);
  // Safari on a Mac fires its own events for a pinch. It also fires them for fingers on a phone, which are handled as touches.
  let before = 1;
  if (navigator.maxTouchPoints === 0) for (const type of ['gesturestart', 'gesturechange']) canvas.addEventListener(type, (event) => {
    if (!isGesture(event)) return;
    const ratio = type === 'gesturestart' ? 1 : event.scale / before;
    before = event.scale;
    event.preventDefault();
    // The same delta as Chromium's for the same pinch.
    if (ratio !== 1) take(event, 0, -100 * Math.log(ratio), 0, MODIFIER.control);
  }, options);
}

/** https://developer.apple.com/documentation/webkitjs/gestureevent */
function isGesture(event: Event): event is Turn & {readonly scale: number} {
  return 'scale' in event;
}

function toPixels(delta: number, mode: number, pagePx: number): number {
  const unitPx = [1, LINE_PX, pagePx][mode] ?? 1;
  return Math.min(Math.max(delta * unitPx, -MAX_DELTA_PX), MAX_DELTA_PX);
}
