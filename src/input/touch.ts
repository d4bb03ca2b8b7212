import {MAX_PATH_POINTS, MAX_TOUCH_POINTS} from '../protocol.js';
import type {TouchMessage, TouchPathPoint, TouchPoint} from '../protocol.js';
import {FingerHold} from './finger-hold.js';
import type {PinchListener} from './finger-hold.js';
import {FingerPaths} from './finger-paths.js';
import {isInside, rounded, scaleOf, toSession} from './geometry.js';
import type {Picture} from './geometry.js';
import type {InputSender} from './input-sender.js';

/** A finger that the session knows. */
interface Finger {
  /** The browser's own touch, which is newer than `point` until the next message. */
  touch: globalThis.Touch;
  point: TouchPoint;
  /** The pointer of the same finger, if it is known. */
  readonly pointerId: number | undefined;
}

export interface TouchOptions {
  /** Whether the session's device has a touch screen. Otherwise, fingers act as a mouse. */
  readonly isTouchSession: () => boolean;
  /** Listens to two fingers that spread or pinch in a session without a touch screen. */
  readonly pinch?: PinchListener;
}

const MAX_AGE_MS = 60_000;

/**
 * Fingers, from the browser's touch events. Only these have the radius, force and angle of each finger, and preventing them
 * also prevents the mouse events that a browser makes of a tap.
 */
export class Touch {
  readonly #sender: InputSender;
  /** By the browser's identifiers. */
  readonly #fingers = new Map<number, Finger>();
  readonly #paths = new FingerPaths();
  readonly #hold: FingerHold;
  readonly #isTouchSession: () => boolean;
  #modifiers = 0;
  /** The time of the newest touch event. */
  #atMs = 0;
  /** Where a pen has come down. The browser may report its contact as a touch right after. */
  #pen: Pick<PointerEvent, 'clientX' | 'clientY'> | undefined;

  constructor(sender: InputSender, {isTouchSession, pinch}: TouchOptions) {
    this.#sender = sender;
    this.#isTouchSession = isTouchSession;
    this.#hold = new FingerHold((message) => sender.post(message), pinch);
  }

  get isPressing(): boolean {
    return this.#fingers.size > 0;
  }

  /** Listens while the view is interactive. From then on, a finger on the canvas neither scrolls nor zooms the page. */
  listen(canvas: HTMLCanvasElement, signal: AbortSignal): void {
    canvas.addEventListener('pointerdown', (event) => this.#pen = event.pointerType === 'pen' ? event : undefined, {signal});
    this.#paths.listen(canvas, signal);
    for (const type of ['touchstart', 'touchmove', 'touchend', 'touchcancel'] as const) {
      canvas.addEventListener(type, (event) => this.#sender.isAccepted() && this.#take(event), {signal, passive: false});
    }
  }

  /** A tap that the browser reported as a click. */
  tap({clientX, clientY, timeStamp}: Pick<MouseEvent, 'clientX' | 'clientY' | 'timeStamp'>): void {
    const picture = this.#sender.isAccepted() && !this.isPressing && this.#sender.picture();
    const at = picture && toSession(picture, clientX, clientY);
    if (!at || !isInside(at, picture.viewport)) return;
    this.#sender.flush();
    for (const [event, points] of [['start', [{id: 0, ...at, radiusX: 1, radiusY: 1, rotationAngle: 0, force: 1}]], ['end', []]] as const) {
      this.#sender.post({type: 'touch', event, points, modifiers: 0, t: rounded(timeStamp)});
    }
    this.#sender.focus();
  }

  /** Forgets every finger. The caller tells the session. Their further movement is ignored. */
  release(): void {
    this.#fingers.clear();
    this.#paths.keep([]);
    this.#hold.release();
  }

  /** Sends the current positions of the fingers. */
  flush(): void {
    const picture = this.isPressing && this.#sender.picture();
    if (!picture) return;
    const path: TouchPathPoint[] = [];
    for (const finger of this.#fingers.values()) {
      const {touch, pointerId, point: {id}} = finger;
      finger.point = toPoint(touch, id, picture) ?? finger.point;
      const places = this.#paths.take(pointerId);
      // The last point is the finger's current position, which the message has already.
      if (places.at(-1)?.clientX === touch.clientX && places.at(-1)?.clientY === touch.clientY) places.pop();
      for (const {clientX, clientY, timeStamp} of places) {
        const point = toSession(picture, clientX, clientY);
        if (point) path.push([id, point.x, point.y, Math.min(Math.max(rounded(this.#atMs - timeStamp), 0), MAX_AGE_MS)]);
      }
    }
    path.sort(([, , , one], [, , , other]) => other - one);
    this.#post('move', path.slice(-MAX_PATH_POINTS));
  }

  #take(event: TouchEvent): void {
    // Two fingers belong to the page while it is zoomed, because there would be no other way to zoom out. A browser does not
    // zoom by them if the start of the first one was prevented.
    const isPageZoomed = !this.#isTouchSession() && (visualViewport?.scale ?? 1) > 1;
    if (isPageZoomed && event.touches.length > 1) return void this.#lift('cancel', []);
    if (event.cancelable && !(isPageZoomed && event.type === 'touchstart')) event.preventDefault();
    const modifiers = this.#sender.modifiers(event);
    if (event.type !== 'touchmove') this.#sender.flush();
    this.#modifiers = modifiers;
    this.#atMs = event.timeStamp;
    if (event.type === 'touchstart') this.#start(event);
    else if (event.type === 'touchmove') this.#move(event.changedTouches);
    else this.#end(event);
  }

  #start({touches, changedTouches}: TouchEvent): void {
    // A finger whose end was missed is gone, or its identifier belongs to another finger already.
    const started = identifiersOf(changedTouches);
    this.#lift('end', identifiersOf(touches).filter((identifier) => !started.includes(identifier)));
    const picture = this.#sender.picture();
    if (!picture) return;
    const before = this.#fingers.size;
    for (const touch of changedTouches) {
      // The smallest id that no finger has.
      let id = 0;
      while (this.#points.some((point) => point.id === id)) id++;
      const point = toPoint(touch, id, picture);
      const isTaken = point && !this.#isPen(touch) && isInside(point, picture.viewport) && this.#fingers.size < MAX_TOUCH_POINTS;
      if (isTaken) this.#fingers.set(touch.identifier, {touch, point, pointerId: this.#paths.begin(touch)});
    }
    this.#paths.settle();
    if (this.#fingers.size > before) this.#post('start');
  }

  /** Whether a contact belongs to a pen, which `Pointer` already handles with pressure and tilt. */
  #isPen({clientX, clientY}: globalThis.Touch): boolean {
    const pen = this.#pen;
    return pen !== undefined && Math.abs(pen.clientX - clientX) < 1 && Math.abs(pen.clientY - clientY) < 1;
  }

  #move(touches: TouchList): void {
    for (const touch of touches) {
      const finger = this.#fingers.get(touch.identifier);
      if (!finger) continue;
      finger.touch = touch;
      this.#sender.wait(this);
    }
  }

  #end({type, touches}: TouchEvent): void {
    if (type === 'touchcancel') this.#lift('cancel', []);
    // Preventing the mouse events also prevents the tap's focus, so it is set here.
    else if (this.#lift('end', identifiersOf(touches))) this.#sender.focus();
  }

  /** Releases all other fingers. Returns false if there were none. */
  #lift(event: 'end' | 'cancel', stay: readonly number[]): boolean {
    const before = this.#fingers.size;
    for (const identifier of this.#fingers.keys()) if (!stay.includes(identifier)) this.#fingers.delete(identifier);
    if (this.#fingers.size === before) return false;
    this.#paths.keep(Array.from(this.#fingers.values(), ({pointerId}) => pointerId));
    this.#post(event);
    return true;
  }

  get #points(): TouchPoint[] {
    return Array.from(this.#fingers.values(), ({point}) => point);
  }

  #post(event: TouchMessage['event'], path: readonly TouchPathPoint[] = []): void {
    const message: TouchMessage = {type: 'touch', event, points: this.#points, modifiers: this.#modifiers, t: rounded(this.#atMs), ...(path.length > 0 && {path})};
    if (this.#isTouchSession()) this.#sender.post(message);
    else this.#hold.send(message, Array.from(this.#fingers.values(), ({touch: {clientX: x, clientY: y}}) => ({x, y})));
  }
}

function identifiersOf(touches: TouchList): number[] {
  return Array.from(touches, ({identifier}) => identifier);
}

function toPoint(touch: globalThis.Touch, id: number, picture: Picture): TouchPoint | undefined {
  const point = toSession(picture, touch.clientX, touch.clientY);
  const scale = scaleOf(picture);
  return point && {
    id, ...point, radiusX: rounded(touch.radiusX * scale), radiusY: rounded(touch.radiusY * scale),
    rotationAngle: touch.rotationAngle, force: touch.force,
  };
}
