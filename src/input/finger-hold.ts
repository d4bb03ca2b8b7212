import type {TouchMessage} from '../protocol.js';
import type {Point} from './geometry.js';

/** How long a first finger is held back in a session without a touch screen, because a second one may follow. */
export const FIRST_FINGER_MS = 100;
/** How far a finger must move before the movement counts, in pixels of the window. */
const SLOP_PX = 10;

/** The first two of two or more fingers, in pixels of the window. */
export type Pair = readonly [Point, Point];

/** Listens to a pinch. The session gets nothing of it. */
export interface PinchListener {
  /** The fingers' current positions. `from` is where they were when the pinch began. */
  move(from: Pair, to: Pair): void;
  end(): void;
  /** Whether fingers that move together are a pinch as well. */
  readonly takesPan: boolean;
}

/** What two fingers do: spread or pinch, or move together. Undefined until that is clear. */
export function gestureOf(from: Pair, to: Pair): 'pinch' | 'pan' | undefined {
  const spreadPx = Math.abs(distance(...to) - distance(...from));
  const wayPx = distance(middle(to), middle(from));
  if (Math.max(spreadPx, wayPx) < SLOP_PX) return undefined;
  return spreadPx > wayPx ? 'pinch' : 'pan';
}

/** Whether a finger has moved. */
export function hasMoved(from: Point, to: Point): boolean {
  return distance(from, to) >= SLOP_PX;
}

/** The distance between two points. */
export function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}

/** The middle between two fingers. */
export function middle([one, other]: Pair): Point {
  return {x: (one.x + other.x) / 2, y: (one.y + other.y) / 2};
}

type State =
  | {readonly name: 'idle' | 'through' | 'pinch'}
  /** A first finger, or two fingers whose action is not clear yet. `waiting` has what the session does not know. */
  | {readonly name: 'one' | 'two'; readonly from: readonly Point[]; readonly waiting: readonly TouchMessage[]};

const IDLE: State = {name: 'idle'};

/**
 * Filters the fingers for a session without a touch screen, whose server turns them into a mouse. The first finger is held
 * back for a moment, a pinch is not sent, and a touch that the browser cancels clicks nothing.
 */
export class FingerHold {
  readonly #post: (message: TouchMessage) => void;
  readonly #pinch: PinchListener | undefined;
  #state: State = IDLE;
  #timer = 0;
  #pinchFrom: Pair | undefined;
  /** Whether the session knows of a finger that is still down. */
  #isKnown = false;

  constructor(post: (message: TouchMessage) => void, pinch?: PinchListener) {
    this.#post = post;
    this.#pinch = pinch;
  }

  /** Takes a message, and the positions of its fingers in the window. */
  send(message: TouchMessage, places: readonly Point[]): void {
    const state = this.#state;
    const isOver = message.points.length === 0;
    if (state.name === 'idle' && message.event === 'start') this.#begin(message, places, []);
    else if (state.name === 'through' && message.event === 'start' && places.length === 2) this.#begin(message, places, []);
    else if (state.name === 'one' || state.name === 'two') this.#decide(state, message, places);
    else if (state.name === 'pinch') this.#followPinch(places);
    else this.#tell(message);
    if (isOver) this.release();
  }

  /** Forgets what is held back. */
  release(): void {
    clearTimeout(this.#timer);
    if (this.#state.name === 'pinch') this.#pinch?.end();
    this.#state = IDLE;
    this.#isKnown = false;
  }

  #begin(message: TouchMessage, from: readonly Point[], waiting: readonly TouchMessage[]): void {
    clearTimeout(this.#timer);
    this.#state = {name: from.length > 1 ? 'two' : 'one', from, waiting: [...waiting, message]};
    if (from.length === 1) this.#timer = window.setTimeout(() => this.#letThrough(), FIRST_FINGER_MS);
  }

  #decide(state: Extract<State, {name: 'one' | 'two'}>, message: TouchMessage, places: readonly Point[]): void {
    const {event} = message;
    const from = pairOf(state.from);
    const to = pairOf(places);
    if (event === 'cancel') {
      if (this.#isKnown) this.#tell(message);
    } else if (event === 'start' && state.name === 'one') this.#begin(message, places, state.waiting);
    else if (event !== 'move') this.#letThrough(message);
    else if (!from || !to) {
      const [[first], [now]] = [state.from, places];
      if (first && now && hasMoved(first, now)) this.#letThrough(message);
    } else {
      const gesture = gestureOf(from, to);
      if (gesture === 'pinch' || (gesture && this.#pinch?.takesPan)) this.#beginPinch(message, from, to);
      else if (gesture) this.#letThrough(message);
    }
  }

  /** Cancels the fingers that the session knows, so that they click nothing. */
  #beginPinch(message: TouchMessage, from: Pair, to: Pair): void {
    if (this.#isKnown) this.#tell({...message, event: 'cancel', points: [], path: []});
    this.#isKnown = false;
    this.#state = {name: 'pinch'};
    this.#pinchFrom = from;
    this.#pinch?.move(from, to);
  }

  #followPinch(places: readonly Point[]): void {
    const to = pairOf(places);
    if (to && this.#pinchFrom) this.#pinch?.move(this.#pinchFrom, to);
  }

  #letThrough(message?: TouchMessage): void {
    const {waiting} = {waiting: [], ...this.#state};
    clearTimeout(this.#timer);
    this.#state = {name: 'through'};
    for (const each of waiting) this.#tell(each);
    if (message) this.#tell(message);
  }

  #tell(message: TouchMessage): void {
    this.#isKnown = message.points.length > 0;
    this.#post(message);
  }
}

function pairOf([one, other]: readonly Point[]): Pair | undefined {
  return one && other && [one, other];
}
