import type {Protocol} from 'devtools-protocol';
import type {TouchMessage, TouchPoint} from 'chaser-live-view/protocol';
import type {InputClock} from './input-clock.js';
import type {InputTarget} from './input-target.js';

interface Finger {
  readonly hand: object;
  /** The finger's id in the viewer's messages. */
  readonly id: number;
  point: Protocol.Input.TouchPoint;
}

type Params = Protocol.Input.DispatchTouchEventRequest;

/** The session's touch screen. It gives every viewer's fingers ids of its own, which are small and used again. */
export class Touch {
  readonly #target: InputTarget;
  readonly #clock: InputClock;
  readonly #fingers: Finger[] = [];

  constructor(target: InputTarget, clock: InputClock) {
    this.#target = target;
    this.#clock = clock;
  }

  /** Updates a viewer's fingers to those of the message: lifts missing ones, and puts down new ones. */
  receive(hand: object, message: TouchMessage): void {
    const {event, points, modifiers} = message;
    if (event === 'cancel') {
      this.release(hand);
      return;
    }
    const timestamp = this.#follow(hand, message);
    const isStill = ({id}: Finger) => points.some((point) => point.id === id);
    this.#lift(this.#fingers.filter((finger) => finger.hand === hand && !isStill(finger)), modifiers, timestamp);
    this.#move(hand, points, modifiers, timestamp);
    for (const point of points) if (!this.#find(hand, point.id)) this.#putDown(hand, point, modifiers, timestamp);
  }

  /** Replays the fingers' paths, each point with its time. The page finds the points in `getCoalescedEvents()`. Returns the time of the message's own point. */
  #follow(hand: object, {path = [], modifiers, t}: TouchMessage): number {
    const [now, ...times] = this.#clock.stamps(path.map(([, , , ageMs]) => ageMs), t);
    for (const [index, [id, x, y, ageMs]] of path.entries()) {
      const finger = this.#find(hand, id);
      if (!finger) continue;
      finger.point = {...finger.point, ...this.#target.toPage({x, y})};
      // Two fingers at the same time are one event.
      if (path[index + 1]?.[3] === ageMs && path[index + 1]?.[0] !== id) continue;
      const touchPoints = path[index - 1]?.[3] === ageMs && path[index - 1]?.[0] !== id ? this.#ofHand(hand) : [finger.point];
      this.#dispatch({type: 'touchMove', touchPoints, modifiers, timestamp: times[index] ?? now});
    }
    return now;
  }

  #ofHand(hand: object): Protocol.Input.TouchPoint[] {
    return this.#fingers.filter((finger) => finger.hand === hand).map(({point}) => point);
  }

  /** Cancels a viewer's fingers, as the system does when it takes over a touch. Nothing is clicked. */
  release(hand: object): void {
    const own = this.#fingers.filter((finger) => finger.hand === hand);
    if (own.length === 0) return;
    // CDP cancels all fingers or none, but those of other viewers must stay.
    if (own.length < this.#fingers.length) {
      this.#lift(own, 0, this.#clock.stamp());
      return;
    }
    this.#fingers.length = 0;
    this.#dispatch({type: 'touchCancel', touchPoints: [], timestamp: this.#clock.stamp()});
  }

  /** Forgets all fingers, because another page is active. */
  reset(): void {
    this.#fingers.length = 0;
  }

  #find(hand: object, id: number): Finger | undefined {
    return this.#fingers.find((finger) => finger.hand === hand && finger.id === id);
  }

  #putDown(hand: object, point: TouchPoint, modifiers: number, timestamp: number): void {
    const taken = new Set(this.#fingers.map((finger) => finger.point.id));
    let id = 0;
    while (taken.has(id)) id++;
    const finger = {hand, id: point.id, point: this.#toPage(point, id)};
    this.#fingers.push(finger);
    // Only the new finger: the others have already started.
    this.#dispatch({type: 'touchStart', touchPoints: [finger.point], modifiers, timestamp});
  }

  #move(hand: object, points: readonly TouchPoint[], modifiers: number, timestamp: number): void {
    const moved: Protocol.Input.TouchPoint[] = [];
    for (const point of points) {
      const finger = this.#find(hand, point.id);
      if (!finger) continue;
      const before = JSON.stringify(finger.point);
      finger.point = this.#toPage(point, finger.point.id);
      if (JSON.stringify(finger.point) !== before) moved.push(finger.point);
    }
    if (moved.length > 0) this.#dispatch({type: 'touchMove', touchPoints: moved, modifiers, timestamp});
  }

  #lift(fingers: readonly Finger[], modifiers: number, timestamp: number): void {
    if (fingers.length === 0) return;
    for (const finger of fingers) this.#fingers.splice(this.#fingers.indexOf(finger), 1);
    // Chromium lifts the fingers that are listed, although CDP's documentation says otherwise. Listing none lifts all.
    const touchPoints = this.#fingers.length === 0 ? [] : fingers.map(({point}) => point);
    this.#dispatch({type: 'touchEnd', touchPoints, modifiers, timestamp});
  }

  #toPage({x, y, radiusX, radiusY, rotationAngle, force}: TouchPoint, id: number | undefined): Protocol.Input.TouchPoint {
    return {...this.#target.toPage({x, y}), radiusX, radiusY, rotationAngle, force, ...(id !== undefined && {id})};
  }

  #dispatch(params: Params): void {
    const device = params.type === 'touchMove' ? undefined : 'press';
    this.#target.post(device, this.#target.page?.session, 'Input.dispatchTouchEvent', params);
  }
}
