import {MAX_PATH_POINTS, MODIFIER} from '../protocol.js';
import type {MouseButtonMessage, MouseMoveMessage, PathPoint} from '../protocol.js';
import {isInside, rounded, toSession} from './geometry.js';
import type {Picture, Point} from './geometry.js';
import type {InputSender} from './input-sender.js';
import {platformOf} from './keys.js';

/** The bit in `buttons` of each `button`: left, middle, right, back, forward. */
const BUTTON_BITS = [1, 4, 2, 8, 16] as const;
const ALL_BUTTONS = 31;
/** A pen's eraser, a sixth button that the protocol has not: it counts as the tip. */
const ERASER = {button: 5, bit: 32} as const;
/** Presses that no `mousedown` counts are a double click within this time and distance. */
const DOUBLE_CLICK_MS = 500;
const DOUBLE_CLICK_PX = 10;
const MAX_AGE_MS = 60_000;
/** While the network is behind no more than these wait, the newest: half a minute of an ordinary mouse. */
const MAX_WAITING_PLACES = 4 * MAX_PATH_POINTS;

/** `getCoalescedEvents` is there in secure contexts only. */
type MoveEvent = Omit<PointerEvent, 'getCoalescedEvents'> & Partial<Pick<PointerEvent, 'getCoalescedEvents'>>;
type Place = Pick<PointerEvent, 'clientX' | 'clientY' | 'timeStamp'>;

/** Mouse and pen. Fingers are another matter: `Touch`. */
export class Pointer {
  readonly #sender: InputSender;
  /** The DOM's `buttons`, as the session knows it: without what was pressed elsewhere, or let go in the meantime. */
  #held = 0;
  /** Whether the session knows the pointer to be over its page, and where. */
  #isOver = false;
  #at: Point = {x: 0, y: 0};
  #hasPressed = false;
  #clickCount = 1;
  /** Where and when the last press was, in the window. */
  #pressed: Place = {clientX: NaN, clientY: NaN, timeStamp: 0};
  #isDoubleClick = false;
  /** The press has come without its bit in `buttons`, as the tap of a Mac's trackpad does in Safari and Firefox: its moves have none either. */
  #isTap = false;
  /** The press is a Mac's Control and click: its left button is the session's right one, until it comes up. */
  #isControlClick = false;
  /** A press that waits for its `mousedown`, which has the click count. */
  #press: Omit<MouseButtonMessage, 'clickCount'> | undefined;
  /** Where the pointer went since the last frame, oldest first; and how it was there last. */
  #places: Place[] = [];
  #newest: Omit<MouseMoveMessage, keyof Point | 't'> | undefined;

  constructor(sender: InputSender) {
    this.#sender = sender;
  }

  /** The DOM's `buttons`, as the session knows it. */
  get buttons(): number {
    return this.#held;
  }

  /** Where in the session the mouse pressed or let go last. */
  get at(): Point | undefined {
    return this.#hasPressed ? this.#at : undefined;
  }

  listen(canvas: HTMLCanvasElement, signal: AbortSignal): void {
    const isMac = platformOf(navigator) === 'mac';
    for (const type of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel', 'pointerleave'] as const) {
      canvas.addEventListener(type, (event) => {
        if (event.pointerType === 'touch' || !this.#sender.isAccepted()) return;
        if (type === 'pointerdown') this.#isControlClick = isMac && event.button === 0 && event.ctrlKey;
        this.#take(event);
      }, {signal});
    }
    canvas.addEventListener('mousedown', ({detail}) => this.#count(detail), {signal});
    // What a browser would do with them is the session's to do: menus, selecting, pasting, scrolling, going back.
    for (const type of ['mousedown', 'mouseup', 'contextmenu', 'auxclick'] as const) {
      canvas.addEventListener(type, (event) => this.#sender.isAccepted() && event.preventDefault(), {signal});
    }
  }

  /** Forgets every button that is down; the caller tells the session. */
  release(): void {
    this.#held = 0;
    this.#press = undefined;
    this.#places = [];
  }

  /** Sends the press that waits, and the path since then. */
  flush(): void {
    if (this.#press) this.#count(this.#isDoubleClick ? this.#clickCount + 1 : 1);
    const places = this.#places.splice(0);
    const picture = places.length > 0 && this.#sender.picture();
    if (picture) this.#sendPlaces(places, picture);
  }

  #take(event: PointerEvent): void {
    const {type} = event;
    if (type === 'pointerleave') return this.#leave();
    const modifiers = this.#sender.modifiers(event) & (this.#isControlClick ? ~MODIFIER.control : ~0);
    const isCancel = type === 'pointercancel';
    const isDown = type === 'pointerdown';
    const button = event.button === ERASER.button ? 0 : event.button === 0 && this.#isControlClick ? 2 : event.button;
    const bit = BUTTON_BITS[button] ?? 0;
    let buttons = isCancel ? 0 : this.#buttonsOf(event);
    if (isDown) this.#isTap = !(buttons & bit);
    // At a press `button` decides.
    if (isDown) buttons |= bit;
    else if (this.#isTap && type === 'pointermove') buttons |= this.#held;
    // The first button of all goes down: whatever was held came up unseen.
    const up = isDown ? this.#held : this.#held & ~buttons;
    const isPress = type !== 'pointerup' && (buttons & bit & ~(this.#held & ~up)) !== 0;
    if (up) this.#sendUps(event, up, modifiers, isCancel);
    if (isPress) this.#takePress(event, button, modifiers);
    else if (!up && type === 'pointermove') this.#takeMove(event, modifiers);
  }

  #takeMove(event: MoveEvent, modifiers: number): void {
    const path = event.getCoalescedEvents?.() ?? [];
    this.#places = [...this.#places, ...(path.length > 0 ? path : [event])].slice(-MAX_WAITING_PLACES);
    this.#newest = {type: 'mouse', event: 'move', button: -1, buttons: this.#held, modifiers, ...penOf(event)};
    this.#sender.wait(this);
  }

  #takePress(event: PointerEvent, button: number, modifiers: number): void {
    this.#sender.flush();
    this.#sender.focus();
    const picture = this.#sender.picture();
    const point = picture && toSession(picture, event.clientX, event.clientY);
    if (!point || !(this.#held || isInside(point, picture.viewport))) return;
    this.#at = point;
    this.#hasPressed = true;
    this.#isOver = true;
    this.#held |= BUTTON_BITS[button] ?? 0;
    capture(event);
    const {clientX, clientY, timeStamp} = event;
    const last = this.#pressed;
    this.#pressed = {clientX, clientY, timeStamp};
    this.#isDoubleClick = timeStamp - last.timeStamp < DOUBLE_CLICK_MS && Math.hypot(clientX - last.clientX, clientY - last.clientY) < DOUBLE_CLICK_PX;
    this.#press = {type: 'mouse', event: 'down', ...point, button, buttons: this.#held, modifiers, t: rounded(timeStamp), ...penOf(event)};
    this.#sender.wait(this);
  }

  /** Sends the press with the platform's own click count: nobody else knows its interval, and `pointerdown` has none. */
  #count(clickCount: number): void {
    const press = this.#press;
    if (!press) return;
    this.#press = undefined;
    this.#clickCount = Math.max(1, clickCount);
    this.#sender.send({...press, clickCount: this.#clickCount});
  }

  /** A canceled pointer is where it was: its event has no place. */
  #sendUps(event: PointerEvent, up: number, modifiers: number, isCancel: boolean): void {
    this.#sender.flush();
    const picture = isCancel ? undefined : this.#sender.picture();
    this.#at = (picture && toSession(picture, event.clientX, event.clientY)) ?? this.#at;
    for (const [button, bit] of BUTTON_BITS.entries()) {
      if (!(up & bit)) continue;
      this.#held &= ~bit;
      this.#sender.post({
        type: 'mouse', event: 'up', ...this.#at, button, buttons: this.#held, modifiers, clickCount: this.#clickCount, t: rounded(event.timeStamp), ...penOf(event),
      });
    }
  }

  /** Sends what of the path is on the picture, or belongs to a drag, in as few messages as hold it. */
  #sendPlaces(places: readonly Place[], picture: Picture): void {
    // Points with the time in place of the age, which the last one decides.
    const run: PathPoint[] = [];
    for (const {clientX, clientY, timeStamp} of places) {
      const point = toSession(picture, clientX, clientY);
      const isTaken = point && (this.#held || isInside(point, picture.viewport));
      if (isTaken) run.push([point.x, point.y, timeStamp]);
      if (!isTaken || run.length > MAX_PATH_POINTS) this.#sendRun(run.splice(0));
      if (!isTaken) this.#sendLeave();
    }
    this.#sendRun(run);
  }

  #sendRun(run: PathPoint[]): void {
    const last = run.pop();
    if (!last || !this.#newest) return;
    const [x, y, now] = last;
    this.#at = {x, y};
    this.#isOver = true;
    const path = run.map(([x, y, time]): PathPoint => [x, y, Math.min(Math.max(rounded(now - time), 0), MAX_AGE_MS)]);
    this.#sender.post({...this.#newest, x, y, t: rounded(now), ...(path.length > 0 && {path})});
  }

  #buttonsOf({buttons}: Pick<PointerEvent, 'buttons'>): number {
    const bits = (buttons & ERASER.bit ? buttons | 1 : buttons) & ALL_BUTTONS;
    return this.#isControlClick && bits & 1 ? (bits & ~1) | 2 : bits;
  }

  #leave(): void {
    this.#sender.flush();
    if (!this.#held) this.#sendLeave();
  }

  #sendLeave(): void {
    if (!this.#isOver) return;
    this.#isOver = false;
    this.#sender.post({type: 'mouse', event: 'leave'});
  }
}

function penOf({pointerType, pressure, tiltX, tiltY, twist}: MoveEvent): Pick<MouseMoveMessage, 'pointerType' | 'pressure' | 'tiltX' | 'tiltY' | 'twist'> | undefined {
  return pointerType === 'pen' ? {pointerType, pressure, tiltX, tiltY, twist} : undefined;
}

/** From here to the last `pointerup` the pointer is the canvas's, wherever it goes. */
function capture({target, pointerId}: PointerEvent): void {
  try {
    if (target instanceof Element) target.setPointerCapture(pointerId);
  } catch {
    // A pointer that has left in the meantime, or never was: what it holds comes up by the next event's `buttons`.
  }
}
