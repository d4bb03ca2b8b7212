import {MAX_TOUCH_POINTS} from '../protocol.js';
import type {TouchMessage, TouchPoint} from '../protocol.js';
import {isInside, rounded, scaleOf, toSession} from './geometry.js';
import type {Picture} from './geometry.js';
import type {InputSender} from './input-sender.js';

/** A finger that the session knows. */
interface Finger {
  /** The browser's own word on it, newer than `point` until the next message. */
  touch: globalThis.Touch;
  point: TouchPoint;
}

/**
 * Fingers, by the browser's touch events: only those have the radius, force and angle of each, and stopping them stops
 * the mouse events that a browser makes of a tap.
 */
export class Touch {
  readonly #sender: InputSender;
  /** By the browser's identifiers. */
  readonly #fingers = new Map<number, Finger>();
  #modifiers = 0;
  /** Where a pen has come down: its contact may be told as a touch as well, right after. */
  #pen: Pick<PointerEvent, 'clientX' | 'clientY'> | undefined;

  constructor(sender: InputSender) {
    this.#sender = sender;
  }

  get isPressing(): boolean {
    return this.#fingers.size > 0;
  }

  /** Listens while the view is interactive: from then on a finger on the canvas neither scrolls the page nor zooms it. */
  listen(canvas: HTMLCanvasElement, signal: AbortSignal): void {
    canvas.addEventListener('pointerdown', (event) => this.#pen = event.pointerType === 'pen' ? event : undefined, {signal});
    for (const type of ['touchstart', 'touchmove', 'touchend', 'touchcancel'] as const) {
      canvas.addEventListener(type, (event) => this.#sender.isAccepted() && this.#take(event), {signal, passive: false});
    }
  }

  /** Forgets every finger; the caller tells the session. What they still do on the glass does not count. */
  release(): void {
    this.#fingers.clear();
  }

  /** Sends where the fingers are by now. */
  flush(): void {
    const picture = this.isPressing && this.#sender.picture();
    if (!picture) return;
    for (const finger of this.#fingers.values()) finger.point = toPoint(finger.touch, finger.point.id, picture) ?? finger.point;
    this.#post('move');
  }

  #take(event: TouchEvent): void {
    if (event.cancelable) event.preventDefault();
    const modifiers = this.#sender.modifiers(event);
    if (event.type !== 'touchmove') this.#sender.flush();
    this.#modifiers = modifiers;
    if (event.type === 'touchstart') this.#start(event);
    else if (event.type === 'touchmove') this.#move(event.changedTouches);
    else this.#end(event);
  }

  #start({touches, changedTouches}: TouchEvent): void {
    // Whose end was missed is not on the glass any more, or its identifier is already another's.
    const started = identifiersOf(changedTouches);
    this.#lift('end', identifiersOf(touches).filter((identifier) => !started.includes(identifier)));
    const picture = this.#sender.picture();
    if (!picture) return;
    const before = this.#fingers.size;
    for (const touch of changedTouches) {
      // The smallest that no finger has.
      let id = 0;
      while (this.#points.some((point) => point.id === id)) id++;
      const point = toPoint(touch, id, picture);
      const isTaken = point && !this.#isPen(touch) && isInside(point, picture.viewport) && this.#fingers.size < MAX_TOUCH_POINTS;
      if (isTaken) this.#fingers.set(touch.identifier, {touch, point});
    }
    if (this.#fingers.size > before) this.#post('start');
  }

  /** Whether a contact is a pen's, which `Pointer` has already: with its pressure and its tilt. */
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
    // The tap's own focus is prevented with its mouse events.
    else if (this.#lift('end', identifiersOf(touches))) this.#sender.focus();
  }

  /** Lets go of all fingers but these; false when there was none to let go of. */
  #lift(event: 'end' | 'cancel', stay: readonly number[]): boolean {
    const before = this.#fingers.size;
    for (const identifier of this.#fingers.keys()) if (!stay.includes(identifier)) this.#fingers.delete(identifier);
    if (this.#fingers.size === before) return false;
    this.#post(event);
    return true;
  }

  get #points(): TouchPoint[] {
    return Array.from(this.#fingers.values(), ({point}) => point);
  }

  #post(event: TouchMessage['event']): void {
    this.#sender.post({type: 'touch', event, points: this.#points, modifiers: this.#modifiers});
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
