import type {Protocol} from 'devtools-protocol';
import type {MouseButtonMessage, MouseMessage, MouseMoveMessage, WheelMessage} from 'chaser-live-view/protocol';
import type {CdpSession} from '../cdp.js';
import type {Page} from '../page.js';
import {Drag} from './drag.js';
import {FramePosition} from './frame-position.js';
import {InputClock} from './input-clock.js';
import {patiently} from './task-queue.js';
import {OUTSIDE_PX, type InputTarget, type Point} from './input-target.js';

type Params = Protocol.Input.DispatchMouseEventRequest;
/** A viewer's mouse action at a point. */
type Pointing = Partial<Pick<MouseButtonMessage, 't' | 'button' | 'clickCount' | 'modifiers' | 'pointerType' | 'pressure' | 'tiltX' | 'tiltY' | 'twist'>>;

/** CDP's names of the DOM's buttons, and their bits in `buttons`. */
const BUTTONS = [
  {name: 'left', bit: 1}, {name: 'middle', bit: 4}, {name: 'right', bit: 2}, {name: 'back', bit: 8}, {name: 'forward', bit: 16},
] as const;
/** A mouse's pressure while a button is down (Pointer Events, section 4.1). */
const PRESSED = 0.5;
/** How long after a press its document may take to report it. */
const REPORT_MS = 250;

/**
 * The session's one mouse. Several viewers may use it. A button belongs to the viewer who pressed it, and while any is
 * down, moves of viewers who hold none are ignored.
 */
export class Mouse {
  readonly #target: InputTarget;
  readonly #clock: InputClock;
  readonly #drag: Drag;
  /** The viewer who holds a button, by its number in the DOM. */
  readonly #holders = new Map<number, object>();
  #at: Point | undefined;
  #captor: FramePosition | undefined;
  /** Whether the mouse has moved since a button went down. */
  #hasDragged = false;
  #onPressed: (session: CdpSession) => void = () => {};

  constructor(target: InputTarget, clock: InputClock) {
    this.#target = target;
    this.#clock = clock;
    this.#drag = new Drag(target, () => this.#holders.size > 0 ? this.#at : undefined);
  }

  /** Performs a viewer's action. Returns a promise if later input must wait for it. */
  receive(hand: object, message: MouseMessage): Promise<void> | undefined {
    if (message.event === 'down') return this.#press(hand, message);
    if (message.event === 'up') return this.#lift(hand, message);
    if (message.event === 'move') this.#follow(hand, message);
    else if (this.#holders.size === 0) this.#leave();
    return undefined;
  }

  wheel({x, y, deltaX, deltaY, modifiers, t}: WheelMessage): void {
    const point = this.#target.toPage({x, y});
    this.#dispatch({type: 'mouseWheel', ...point, deltaX, deltaY, modifiers, buttons: this.#buttons, timestamp: this.#clock.stamp(t)});
  }

  /** Releases what a viewer holds, where the mouse is. Something that is being dragged is not dropped. */
  release(hand: object): void {
    for (const [button, holder] of this.#holders) {
      if (holder === hand && this.#at) this.#release(this.#at, {button}, true);
    }
  }

  /** The same for a press that is cancelled: if nothing was dragged, the button is released outside the page, and nothing is clicked. */
  cancel(hand: object): void {
    if (this.#at && !this.#hasDragged && !this.#isElsewhere(hand) && this.#holders.size > 0) this.#move({x: OUTSIDE_PX, y: this.#at.y}, {});
    this.release(hand);
  }

  /** Listens to the documents of a page. */
  follow(page: Page): void {
    page.observe({
      onReport: ({session}, {kind}) => {
        if (kind === 'press' && page === this.#target.page) this.#onPressed(session);
      },
      onGone: () => {},
    });
  }

  /** Another page is active: forgets the mouse's position and buttons. */
  setPage(page: Page | undefined): void {
    this.#holders.clear();
    this.#at = this.#captor = undefined;
    this.#drag.follow(page);
  }

  get #buttons(): number {
    return [...this.#holders.keys()].reduce((bits, button) => bits | (BUTTONS[button]?.bit ?? 0), 0);
  }

  #isElsewhere(hand: object): boolean {
    return this.#holders.size > 0 && ![...this.#holders.values()].includes(hand);
  }

  #follow(hand: object, message: MouseMoveMessage): void {
    if (this.#isElsewhere(hand)) return;
    const path = message.path ?? [];
    const [now, ...times] = this.#clock.stamps(path.map(([, , ageMs]) => ageMs), message.t);
    // The following events need the frame's position.
    this.#captor?.update();
    for (const [index, [x, y]] of path.entries()) this.#move(this.#target.toPage({x, y}), message, times[index]);
    this.#move(this.#target.toPage(message), message, now);
  }

  #press(hand: object, message: MouseButtonMessage): Promise<void> | undefined {
    if (!BUTTONS[message.button] || this.#holders.has(message.button)) return undefined;
    const {page} = this.#target;
    const point = this.#goTo(message);
    const isFirst = this.#holders.size === 0;
    this.#holders.set(message.button, hand);
    this.#hasDragged = false;
    this.#send('mousePressed', point, {...message, clickCount: clickCountOf(message)});
    // The press does not wait for this, because a drag begins with a move at the earliest.
    if (message.button === 0) this.#drag.setArmed(true);
    return isFirst && page && page.frames.size > 0 ? this.#capture() : undefined;
  }

  /** Releases a button. The end of a drag waits for its moves, which decide whether something is being dragged. */
  #lift(hand: object, message: MouseButtonMessage): Promise<void> | undefined {
    if (this.#holders.get(message.button) !== hand) return undefined;
    const point = this.#goTo(message);
    const lift = () => {
      if (this.#holders.get(message.button) !== hand) return undefined;
      const isDrop = message.button === 0 && this.#drag.isUnderway;
      this.#release(point, message, false);
      return isDrop ? this.#reappear() : undefined;
    };
    return this.#hasDragged ? this.#moved().then(lift) : lift();
  }

  /**
   * Escape cancels a drag, and nothing is dropped.
   * @returns whether there was a drag, once that is known.
   */
  async escape(): Promise<boolean> {
    if (!this.mayDrag) return false;
    await this.#moved();
    if (!this.#drag.isUnderway || !this.#at) return false;
    this.#drag.cancel(this.#at);
    await this.#reappear();
    return true;
  }

  /** After a drag, the page sees the mouse again, where it is. Until the drag has ended, the browser keeps the mouse and keys from the page. */
  async #reappear(): Promise<void> {
    await this.#moved();
    if (this.#at && !this.#drag.isUnderway) this.#send('mouseMoved', this.#at, {});
  }

  /** Whether something may be being dragged. */
  get mayDrag(): boolean {
    return this.#holders.has(0) && this.#hasDragged;
  }

  async #moved(): Promise<void> {
    await this.#target.settled('drag');
    const session = this.#target.page?.session;
    // The browser answers a move before it reports that the move began a drag. After one more answer, it has reported it.
    if (session && !this.#drag.isUnderway) await patiently(session.send('Page.getLayoutMetrics'));
  }

  #release(point: Point, message: Pointing, isTornAway: boolean): void {
    const {button = 0, modifiers = 0} = message;
    if (button === 0 && this.#drag.isUnderway) {
      this.#holders.delete(button);
      this.#at = point;
      if (isTornAway) this.#drag.cancel(point);
      else this.#drag.drop(point, modifiers);
    } else this.#send('mouseReleased', point, {...message, clickCount: clickCountOf(message)});
    if (button === 0) this.#drag.setArmed(false);
  }

  /** Moves the mouse to the place of a press or release first, like a real mouse. */
  #goTo(message: MouseButtonMessage): Point {
    const point = this.#target.toPage(message);
    if (point.x !== this.#at?.x || point.y !== this.#at.y) this.#move(point, message);
    return point;
  }

  #leave(): void {
    if (this.#at) this.#move({x: OUTSIDE_PX, y: this.#at.y}, {});
    this.#at = undefined;
  }

  /**
   * A press in a cross-process frame captures the mouse for that frame until the release, like the system's own mouse.
   * Through the page's CDP session, moves outside the frame would go to the page around it.
   */
  async #capture(): Promise<void> {
    const {page} = this.#target;
    const session = await this.#pressedIn();
    if (!page || !session || session === page.session) return;
    const frame = await FramePosition.of(page, session).catch(() => undefined);
    if (page === this.#target.page && this.#holders.size > 0) this.#captor = frame;
  }

  /** The CDP session of the document that reports the press. Undefined if none does, for example because the press closed a list. */
  #pressedIn(): Promise<CdpSession | undefined> {
    return new Promise((resolve) => {
      this.#onPressed = resolve;
      void Promise.resolve(this.#target.settled('press')).then(() => setTimeout(() => resolve(undefined), REPORT_MS));
    });
  }

  #move(point: Point, message: Pointing, timestamp?: number): void {
    this.#hasDragged = this.#holders.size > 0;
    if (this.#drag.isUnderway) {
      this.#at = point;
      this.#drag.move(point, message.modifiers ?? 0);
    } else this.#send('mouseMoved', point, message, timestamp);
  }

  #send(type: 'mouseMoved' | 'mousePressed' | 'mouseReleased', point: Point, message: Pointing, timestamp = this.#clock.stamp(message.t)): void {
    const {button = -1, modifiers = 0, clickCount = 1, pressure, pointerType = 'mouse', tiltX = 0, tiltY = 0, twist = 0} = message;
    if (type === 'mouseReleased') this.#holders.delete(button);
    const buttons = this.#buttons;
    const isPen = pointerType === 'pen';
    this.#at = point;
    this.#dispatch({
      type, ...point, modifiers, buttons, timestamp, pointerType,
      button: type === 'mouseMoved' ? this.#heldButton : BUTTONS[button]?.name ?? 'none',
      force: buttons === 0 ? 0 : isPen ? pressure ?? PRESSED : PRESSED,
      ...(isPen && {tiltX, tiltY, twist}),
      ...(type !== 'mouseMoved' && {clickCount}),
    });
    if (this.#holders.size === 0) this.#captor = undefined;
  }

  /** A move names the button of its drag. Text selection and range inputs depend on that. */
  get #heldButton(): Protocol.Input.MouseButton {
    return BUTTONS.find((_, button) => this.#holders.has(button))?.name ?? 'none';
  }

  #dispatch(params: Params): void {
    const {page} = this.#target;
    const captor = this.#captor && params.type !== 'mouseWheel' && [...page?.frames.values() ?? []].includes(this.#captor.session) ? this.#captor : undefined;
    const point = captor ? this.#target.toFrameSession(captor.toFrame(params)) : {x: params.x, y: params.y};
    const device = params.type !== 'mouseMoved' ? 'press' : this.#holders.size > 0 ? 'drag' : undefined;
    this.#target.post(device, captor?.session ?? page?.session, 'Input.dispatchMouseEvent', {...params, ...point});
  }
}

/** A press with a click count of 0 would never click. */
function clickCountOf({clickCount = 1}: Pointing): number {
  return Math.max(1, clickCount);
}
