import {MAX_PATH_POINTS, MODIFIER} from '../protocol.js';
import type {MouseButtonMessage, MouseMoveMessage, PathPoint} from '../protocol.js';
import {isInside, rounded, toSession} from './geometry.js';
import type {Picture, Point} from './geometry.js';
import type {InputSender} from './input-sender.js';
import {platformOf} from './keys.js';

/** The bit in `buttons` of each `button`: left, middle, right, back, forward. */
const BUTTON_BITS = [1, 4, 2, 8, 16] as const;
const ALL_BUTTONS = 31;
/** A pen's eraser is a sixth button, which the protocol lacks. It counts as the tip. */
const ERASER = {button: 5, bit: 32} as const;
/** Without a `mousedown` to count them, presses within this time and distance are a double click. */
const DOUBLE_CLICK_MS = 500;
const DOUBLE_CLICK_PX = 10;
const MAX_AGE_MS = 60_000;
/** While the network is behind, at most this many points wait, the newest: half a minute of an ordinary mouse. */
const MAX_WAITING_PLACES = 4 * MAX_PATH_POINTS;

/** `getCoalescedEvents` exists in secure contexts only. */
type MoveEvent = Omit<PointerEvent, 'getCoalescedEvents'> & Partial<Pick<PointerEvent, 'getCoalescedEvents'>>;
type Place = Pick<PointerEvent, 'clientX' | 'clientY' | 'timeStamp'>;

/** Mouse and pen. For fingers, see `Touch`. */
export class Pointer {
  readonly #sender: InputSender;
  #canvas: HTMLCanvasElement | undefined;
  /** The DOM's `buttons` as the session knows them: without buttons that were pressed elsewhere or released meanwhile. */
  #held = 0;
  /** Whether and where the session knows the pointer to be over its page. */
  #isOver = false;
  #at: Point = {x: 0, y: 0};
  #hasPressed = false;
  #clickCount = 1;
  /** Where and when the last press was, in the window. */
  #pressed: Place = {clientX: NaN, clientY: NaN, timeStamp: 0};
  #isDoubleClick = false;
  /** The press came without its bit in `buttons`, like a tap on a Mac's trackpad in Safari and Firefox. Its moves lack the bit too. */
  #isTap = false;
  /** The press is Control and click on a Mac: the left button acts as the session's right one until it is released. */
  #isControlClick = false;
  /** A press that waits for its `mousedown`, which has the click count. */
  #press: Omit<MouseButtonMessage, 'clickCount'> | undefined;
  /** The points since the last frame, oldest first, and the pointer's last state. */
  #places: Place[] = [];
  #newest: Omit<MouseMoveMessage, keyof Point | 't'> | undefined;
  /** The last event that counted, and its modifiers. While a button is down, only events of its own pointer count. */
  #last: PointerEvent | undefined;
  #modifiers = 0;

  constructor(sender: InputSender) {
    this.#sender = sender;
  }

  /** The DOM's `buttons` as the session knows them. */
  get buttons(): number {
    return this.#held;
  }

  /** Where the last press or release was, in the session. */
  get at(): Point | undefined {
    return this.#hasPressed ? this.#at : undefined;
  }

  listen(canvas: HTMLCanvasElement, signal: AbortSignal): void {
    this.#canvas = canvas;
    for (const type of ['pointerdown', 'pointermove', 'pointerup', 'pointercancel', 'pointerleave'] as const) {
      canvas.addEventListener(type, (event) => {
        if (event.pointerType !== 'touch' && this.#sender.isAccepted()) this.#take(event);
      }, {signal});
    }
    canvas.addEventListener('lostpointercapture', () => this.#checkCapture(), {signal});
    canvas.addEventListener('mousedown', ({detail}) => this.#count(detail), {signal});
    // The browser's own actions are the session's to perform: menus, selection, paste, scrolling, going back.
    for (const type of ['mousedown', 'mouseup', 'contextmenu', 'auxclick'] as const) {
      canvas.addEventListener(type, (event) => this.#sender.isAccepted() && event.preventDefault(), {signal});
    }
  }

  /** Forgets every button that is down. The caller tells the session. */
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
    const isDown = type === 'pointerdown';
    if (this.#held && event.pointerId !== this.#last?.pointerId) {
      // A mouse may move while a pen draws. Only if another pointer presses, the end of the first press was missed.
      if (!isDown) return;
      this.#lift();
    }
    if (type === 'pointerleave') return this.#leave();
    if (type === 'pointercancel') return this.#lift();
    if (isDown || !this.#held) this.#isControlClick = isDown && event.button === 0 && event.ctrlKey && platformOf(navigator) === 'mac';
    this.#last = event;
    this.#modifiers = this.#sender.modifiers(event) & (this.#isControlClick ? ~MODIFIER.control : ~0);
    const button = event.button === ERASER.button ? 0 : event.button === 0 && this.#isControlClick ? 2 : event.button;
    const bit = BUTTON_BITS[button] ?? 0;
    let buttons = this.#buttonsOf(event);
    if (isDown) this.#isTap = !(buttons & bit);
    // For a press, `button` decides.
    if (isDown) buttons |= bit;
    else if (this.#isTap && type === 'pointermove') buttons |= this.#held;
    // No button was down before this one, so anything still held was released unseen.
    const up = isDown ? this.#held : this.#held & ~buttons;
    const isPress = type !== 'pointerup' && (buttons & bit & ~(this.#held & ~up)) !== 0;
    if (up) this.#sendUps(event, up);
    if (isPress) this.#takePress(event, button);
    else if (!up && type === 'pointermove') this.#takeMove(event);
  }

  #takeMove(event: MoveEvent): void {
    const path = event.getCoalescedEvents?.() ?? [];
    this.#places = [...this.#places, ...(path.length > 0 ? path : [event])].slice(-MAX_WAITING_PLACES);
    this.#newest = {type: 'mouse', event: 'move', button: -1, buttons: this.#held, modifiers: this.#modifiers, ...penOf(event)};
    this.#sender.wait(this);
  }

  #takePress(event: PointerEvent, button: number): void {
    this.#sender.flush();
    this.#sender.focus();
    const picture = this.#sender.picture();
    const point = picture && toSession(picture, event.clientX, event.clientY);
    if (!point || !(this.#held || isInside(point, picture.viewport))) return;
    this.#at = point;
    this.#hasPressed = true;
    this.#isOver = true;
    this.#held |= BUTTON_BITS[button] ?? 0;
    this.#capture(event.pointerId);
    const {clientX, clientY, timeStamp} = event;
    const last = this.#pressed;
    this.#pressed = {clientX, clientY, timeStamp};
    this.#isDoubleClick = timeStamp - last.timeStamp < DOUBLE_CLICK_MS && Math.hypot(clientX - last.clientX, clientY - last.clientY) < DOUBLE_CLICK_PX;
    this.#press = {type: 'mouse', event: 'down', ...point, button, buttons: this.#held, modifiers: this.#modifiers, t: rounded(timeStamp), ...penOf(event)};
    this.#sender.wait(this);
  }

  /** Sends the press with the platform's click count. Only `mousedown` has it, and only the platform knows the interval. */
  #count(clickCount: number): void {
    const press = this.#press;
    if (!press) return;
    this.#press = undefined;
    this.#clickCount = Math.max(1, clickCount);
    this.#sender.send({...press, clickCount: this.#clickCount});
  }

  /** From here to the last `pointerup`, the canvas captures the pointer. */
  #capture(pointerId: number): void {
    try {
      this.#canvas?.setPointerCapture(pointerId);
    } catch {
      // The pointer has left meanwhile, or never existed. What it holds is released by the next event's `buttons`.
    }
    // An element around the canvas gets the event next, and may capture the pointer instead.
    if (this.#canvas?.hasPointerCapture(pointerId)) this.#checkCapture();
  }

  /** If another element of the page has captured the pointer, the release is not received here, so the buttons are released now. */
  #checkCapture(): void {
    // A release that ends the capture has its own event, and a press that follows has captured the pointer again.
    setTimeout(() => {
      if (this.#last && !this.#canvas?.hasPointerCapture(this.#last.pointerId)) this.#lift();
    });
  }

  /** Releases the buttons at the pointer's last position, because the event that reports the release has none. */
  #lift(): void {
    if (this.#last && this.#held) this.#sendUps(this.#last, this.#held);
  }

  #sendUps(event: PointerEvent, up: number): void {
    this.#sender.flush();
    const picture = this.#sender.picture();
    this.#at = (picture && toSession(picture, event.clientX, event.clientY)) ?? this.#at;
    for (const [button, bit] of BUTTON_BITS.entries()) {
      if (!(up & bit)) continue;
      this.#held &= ~bit;
      this.#sender.post({
        type: 'mouse', event: 'up', ...this.#at, button, buttons: this.#held, modifiers: this.#modifiers, clickCount: this.#clickCount, t: rounded(event.timeStamp), ...penOf(event),
      });
    }
  }

  /** Sends the points of the path that are on the picture or belong to a drag, in as few messages as possible. */
  #sendPlaces(places: readonly Place[], picture: Picture): void {
    // Points have a time here, and their age follows from the last one.
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
