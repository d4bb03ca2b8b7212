import type {MouseMessage, PathPoint, TouchMessage, WheelMessage} from 'chaser-live-view/protocol';
import type {Point} from './input-target.js';

/** A mouse action that stands for fingers. `cancel` undoes a press. */
export type MouseDeed = MouseMessage | WheelMessage | {readonly type: 'cancel'};

/** After resting this long or moving this far, a finger counts as a held button, and no longer as the first of two that scroll. */
const HOLD_MS = 450;
const SLOP_PX = 6;
/** Taps within this time and distance are a double click. */
const DOUBLE_TAP_MS = 400;
const DOUBLE_TAP_PX = 25;
/** Before a press, the mouse moves to the finger in this time and this many steps, because pages may take a pointer that jumps for automation. */
const APPROACH_MS = 160;
const APPROACH_STEPS = 10;

type State =
  | {readonly name: 'idle'}
  | {readonly name: 'pending'; readonly start: Point; readonly t: number | undefined; readonly timer: NodeJS.Timeout}
  | {readonly name: 'pressed'; at: Point}
  | {readonly name: 'scrolling'; at: Point; hasScrolled: boolean}
  | {readonly name: 'spent'};

/**
 * Fingers in a session without a touch screen, whose pages do not expect touch. One finger acts as the mouse: a tap clicks,
 * a drag drags, and a held finger keeps the button pressed. Two fingers scroll, and a tap of two is a right click.
 */
export class FingerAsMouse {
  readonly #send: (deed: MouseDeed) => void;
  #state: State = {name: 'idle'};
  #modifiers = 0;
  /** The time of the current movement. Undefined if the viewer does not send times. */
  #t: number | undefined;
  /** Where the mouse was left. */
  #mouse = {x: 0, y: 0, timeMs: -Infinity};
  #lastTap = {x: 0, y: 0, timeMs: -Infinity, count: 0};

  constructor(send: (deed: MouseDeed) => void) {
    this.#send = send;
  }

  receive({event, points, modifiers, t, path = []}: TouchMessage): void {
    this.#modifiers = modifiers;
    this.#t = t;
    const [first, second] = points;
    if (event === 'cancel') this.release();
    else if (!first) this.#lift();
    // A cancelled finger stays cancelled until it touches the screen again.
    else if (this.#state.name === 'idle' && event !== 'start') return;
    else if (second) this.#scroll({x: (first.x + second.x) / 2, y: (first.y + second.y) / 2});
    else this.#drag(first, path.filter(([id]) => id === first.id).map(([, x, y, ageMs]) => [x, y, ageMs]));
  }

  release(): void {
    if (this.#state.name === 'pending') clearTimeout(this.#state.timer);
    if (this.#state.name === 'pressed') this.#send({type: 'cancel'});
    this.#state = {name: 'idle'};
  }

  #drag({x, y}: Point, path: readonly PathPoint[]): void {
    const state = this.#state;
    const at = {x, y};
    if (state.name === 'idle') {
      this.#move(at, 0, this.#approach(at));
      this.#state = {name: 'pending', start: at, t: this.#t, timer: setTimeout(() => this.#press(undefined), HOLD_MS)};
    } else if (state.name === 'pending' && distance(at, state.start) > SLOP_PX) {
      this.#press(state.t);
      this.#drag(at, path);
    } else if (state.name === 'pressed') {
      state.at = at;
      this.#move(at, 1, path);
    } else if (state.name === 'scrolling') this.#finishScroll(state);
  }

  /** The mouse's path to a point: it starts and ends slowly, like a hand's. */
  #approach({x, y}: Point): PathPoint[] {
    const {x: fromX, y: fromY, timeMs} = this.#mouse;
    if (distance({x, y}, {x: fromX, y: fromY}) <= SLOP_PX) return [];
    const durationMs = Math.min(APPROACH_MS, performance.now() - timeMs);
    return Array.from({length: APPROACH_STEPS - 1}, (_, index) => {
      const part = (index + 1) / APPROACH_STEPS;
      // The minimum-jerk trajectory (Flash and Hogan 1985).
      const done = part ** 3 * (10 - 15 * part + 6 * part ** 2);
      return [fromX + (x - fromX) * done, fromY + (y - fromY) * done, durationMs * (1 - part)];
    });
  }

  /** The finger acts as a pressed button from now on, or since the time `t`. */
  #press(t: number | undefined): void {
    if (this.#state.name !== 'pending') return;
    const {start: at, timer} = this.#state;
    clearTimeout(timer);
    const timeMs = t ?? performance.now();
    const isAgain = timeMs - this.#lastTap.timeMs < DOUBLE_TAP_MS && distance(at, this.#lastTap) < DOUBLE_TAP_PX;
    this.#lastTap = {...at, timeMs, count: isAgain ? this.#lastTap.count + 1 : 1};
    this.#state = {name: 'pressed', at};
    this.#button('down', at, 0, this.#lastTap.count, t);
  }

  #scroll(at: Point): void {
    const state = this.#state;
    if (state.name === 'pending') clearTimeout(state.timer);
    if (state.name === 'idle' || state.name === 'pending') this.#state = {name: 'scrolling', at, hasScrolled: false};
    if (state.name !== 'scrolling' || (!state.hasScrolled && distance(at, state.at) <= SLOP_PX)) return;
    const [deltaX, deltaY] = [state.at.x - at.x, state.at.y - at.y];
    state.at = at;
    state.hasScrolled = true;
    this.#send({type: 'wheel', ...at, deltaX, deltaY, buttons: 0, modifiers: this.#modifiers, ...timeOf(this.#t)});
  }

  #lift(): void {
    if (this.#state.name === 'pending') this.#press(this.#state.t);
    const state = this.#state;
    if (state.name === 'pressed') this.#button('up', state.at, 0, this.#lastTap.count);
    else if (state.name === 'scrolling') this.#finishScroll(state);
    this.#state = {name: 'idle'};
  }

  #finishScroll({at, hasScrolled}: Extract<State, {name: 'scrolling'}>): void {
    this.#state = {name: 'spent'};
    if (hasScrolled) return;
    this.#button('down', at, 2, 1);
    this.#button('up', at, 2, 1);
  }

  #move(at: Point, buttons: number, path: readonly PathPoint[] = []): void {
    this.#mouse = {...at, timeMs: performance.now()};
    this.#send({type: 'mouse', event: 'move', ...at, button: -1, buttons, modifiers: this.#modifiers, ...timeOf(this.#t), ...(path.length > 0 && {path})});
  }

  #button(event: 'down' | 'up', at: Point, button: number, clickCount: number, t = this.#t): void {
    this.#mouse = {...at, timeMs: performance.now()};
    this.#send({type: 'mouse', event, ...at, button, buttons: event === 'down' ? button || 1 : 0, modifiers: this.#modifiers, clickCount, ...timeOf(t)});
  }
}

function timeOf(t: number | undefined): {readonly t?: number} {
  return t === undefined ? {} : {t};
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
