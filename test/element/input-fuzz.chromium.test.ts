import {assert} from 'chai';
import * as fc from 'fast-check';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {plainJpeg} from '../support/frames.js';
import {HeldInSession} from '../support/held-in-session.js';
import {canvasOf} from '../support/interactive-view.js';
import {nextEvent} from '../support/live-view.js';
import {LoopbackSocket, loopbackSocket} from '../support/loopback-socket.js';
import {runs} from '../support/thorough.js';

const BUTTON_BITS = [1, 4, 2, 8, 16] as const;
const KEYS = [['a', 'KeyA'], ['Shift', 'ShiftLeft'], ['Control', 'ControlLeft'], ['Enter', 'Enter'], ['F5', 'F5']] as const;
const OTHER_FINGER = 9;
const RUNS = await runs(60, 1000);
/** A run takes milliseconds. One that takes this long fails with its seed, before the test itself times out. */
const HANG_MS = 20_000;
const LIMIT_MS = 100_000;

type Step = () => void | Promise<void>;

/** The person, the page around the view, and the network: everything that can happen to an element, in any order. */
class World {
  readonly view: ChaserLiveView = Object.assign(document.createElement('chaser-live-view'), {thread: 'page' as const});
  readonly sessions: HeldInSession[] = [];
  readonly #frame: ArrayBuffer;
  #socket: LoopbackSocket | undefined;
  #held = new Map<LoopbackSocket, HeldInSession>();
  #buttons = 0;
  #fingers = new Map<number, Touch>();
  #keys = new Set<number>();
  /** Keys whose keyup the page did not receive. */
  readonly #missedKeys = new Set<number>();
  #callbacks: FrameRequestCallback[] = [];
  #isHidden = false;
  readonly #restore: (() => void)[] = [];

  constructor(frame: ArrayBuffer) {
    this.#frame = frame;
    const {WebSocket, requestAnimationFrame, cancelAnimationFrame} = window;
    this.#restore.push(() => Object.assign(window, {WebSocket, requestAnimationFrame, cancelAnimationFrame}));
    window.WebSocket = loopbackSocket({
      greet: (socket) => this.#greet(socket),
      receive: (socket, message) => this.#held.get(socket)?.receive(message),
      closed: (socket) => this.#held.get(socket)?.letGo(),
    });
    window.requestAnimationFrame = (callback) => this.#callbacks.push(callback);
    window.cancelAnimationFrame = (handle) => void delete this.#callbacks[handle - 1];
    Object.defineProperty(document, 'visibilityState', {configurable: true, get: () => this.#isHidden ? 'hidden' : 'visible'});
    this.#restore.push(() => Reflect.deleteProperty(document, 'visibilityState'));
    this.view.style.cssText = 'width: 320px; height: 200px; position: fixed; left: 0; top: 0';
    this.view.src = 'ws://127.0.0.1:1/sessions/s/preview?token=t';
    document.body.append(this.view);
  }

  stop(): void {
    this.view.remove();
    for (const restore of this.#restore) restore();
  }

  /** Waits until everything has arrived, and the stream is live if it can be. */
  async settle(): Promise<void> {
    await this.view.updateComplete;
    while (this.view.state === 'connecting') await nextEvent(this.view, 'statechange');
    await this.view.updateComplete;
  }

  move(x: number, y: number, isFast: boolean): void {
    const coalescedEvents = isFast ? [this.#pointer('pointermove', x - 1, y, -1), this.#pointer('pointermove', x, y, -1)] : [];
    this.#dispatch(this.#pointer('pointermove', x, y, -1, coalescedEvents));
  }

  press(button: number, x: number, y: number, isSeen: boolean): void {
    const bit = BUTTON_BITS[button] ?? 0;
    if (this.#buttons & bit) return;
    const type = this.#buttons === 0 ? 'pointerdown' : 'pointermove';
    this.#buttons |= bit;
    if (!isSeen) return;
    this.#dispatch(this.#pointer(type, x, y, button));
    this.#dispatch(new MouseEvent('mousedown', {bubbles: true, cancelable: true, composed: true, button, buttons: this.#buttons, detail: 1, clientX: x, clientY: y}));
  }

  /** Releases one of the buttons that are down. */
  letGo(which: number, x: number, y: number, isSeen: boolean): void {
    const down = [...BUTTON_BITS.keys()].filter((index) => this.#buttons & (BUTTON_BITS[index] ?? 0));
    const button = down[which % down.length];
    if (button === undefined) return;
    const bit = BUTTON_BITS[button] ?? 0;
    this.#buttons &= ~bit;
    if (isSeen) this.#dispatch(this.#pointer(this.#buttons === 0 ? 'pointerup' : 'pointermove', x, y, button));
  }

  cancel(): void {
    this.#buttons = 0;
    this.#dispatch(this.#pointer('pointercancel', 0, 0, -1));
  }

  leave(): void {
    this.#dispatch(this.#pointer('pointerleave', 500, 500, -1));
  }

  wheel(x: number, y: number): void {
    this.#dispatch(new WheelEvent('wheel', {bubbles: true, cancelable: true, clientX: x, clientY: y, deltaY: 10, buttons: this.#buttons}));
  }

  touch(finger: number, x: number, y: number, event: 'touchstart' | 'touchmove' | 'touchend' | 'touchcancel', isSeen: boolean): void {
    if (this.#fingers.has(finger) === (event === 'touchstart')) return;
    const touch = new Touch({identifier: finger, target: canvasOf(this.view), clientX: x, clientY: y, radiusX: 5, radiusY: 5, force: 0.5});
    if (event === 'touchend' || event === 'touchcancel') this.#fingers.delete(finger);
    else this.#fingers.set(finger, touch);
    const touches = [...this.#fingers.values()];
    if (isSeen) this.#dispatch(new TouchEvent(event, {bubbles: true, cancelable: true, composed: true, touches, targetTouches: touches, changedTouches: [touch]}));
  }

  /** Presses a key, or releases one of those that are down. */
  key(which: number, event: 'keydown' | 'keyup', isSeen: boolean): void {
    const index = event === 'keydown' ? which : [...this.#keys][which % this.#keys.size];
    if (index === undefined) return;
    const [key, code] = KEYS[index] ?? KEYS[0];
    if (event === 'keyup') this.#keys.delete(index);
    if (event === 'keyup' && !isSeen) this.#missedKeys.add(index);
    const repeat = this.#keys.has(index);
    if (event === 'keydown') this.#keys.add(index);
    const [shiftKey, ctrlKey] = [this.#keys.has(1), this.#keys.has(2)];
    const target = this.view.shadowRoot?.activeElement;
    if (isSeen) target?.dispatchEvent(new KeyboardEvent(event, {bubbles: true, cancelable: true, composed: true, key, code, repeat, shiftKey, ctrlKey}));
  }

  paint(): void {
    const callbacks = this.#callbacks;
    this.#callbacks = [];
    for (const callback of callbacks) callback?.(performance.now());
  }

  hide(isHidden: boolean): void {
    this.#isHidden = isHidden;
    document.dispatchEvent(new Event('visibilitychange'));
  }

  async pageOut(): Promise<void> {
    window.dispatchEvent(new Event('pagehide'));
    window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}));
    await this.settle();
  }

  breakSocket(): void {
    this.#socket?.break();
  }

  /**
   * The person releases everything, over the element. A release that was missed is noticed at the next event of its kind: a move of the
   * mouse, a tap of another finger, or the same key again.
   */
  handsOff(): void {
    while (this.#buttons !== 0) this.letGo(0, 50, 50, true);
    this.move(51, 50, false);
    for (const finger of this.#fingers.keys()) this.touch(finger, 50, 50, 'touchend', true);
    for (const event of ['touchstart', 'touchend'] as const) this.touch(OTHER_FINGER, 50, 50, event, true);
    for (const key of this.#missedKeys) this.key(key, 'keydown', true);
    while (this.#keys.size > 0) this.key(0, 'keyup', true);
    this.#missedKeys.clear();
  }

  #greet(socket: LoopbackSocket): void {
    const held = new HeldInSession();
    this.sessions.push(held);
    this.#held.set(socket, held);
    this.#socket = socket;
    socket.say({
      type: 'hello', protocol: 1, session: 'sess_fuzz', input_enabled: true, fps: 5,
      expires_at: new Date(Date.now() + 3600_000).toISOString(), viewport: {width: 320, height: 180},
    });
    socket.say(this.#frame);
  }

  #pointer(type: string, clientX: number, clientY: number, button: number, coalescedEvents: PointerEvent[] = []): PointerEvent {
    const [shiftKey, ctrlKey] = [this.#keys.has(1), this.#keys.has(2)];
    return new PointerEvent(type, {
      bubbles: true, cancelable: true, composed: true, pointerType: 'mouse', pointerId: 1, clientX, clientY, button,
      buttons: this.#buttons, coalescedEvents, shiftKey, ctrlKey,
    });
  }

  #dispatch(event: Event): void {
    canvasOf(this.view).dispatchEvent(event);
  }
}

/** A step of a run. fast-check prints its text if a run fails. */
function steps(): fc.Arbitrary<readonly [words: string, act: (world: World) => ReturnType<Step>]> {
  const x = fc.integer({min: -20, max: 340});
  const y = fc.integer({min: -20, max: 220});
  const isSeen = fc.integer({min: 0, max: 3}).map((chance) => chance > 0);
  const button = fc.integer({min: 0, max: 4});
  const finger = fc.integer({min: 3, max: 5});
  const step = (words: string, act: (world: World) => ReturnType<Step>) => fc.constant([words, act] as const);
  return fc.oneof(
    {weight: 4, arbitrary: fc.tuple(x, y, fc.boolean()).map((where) => [`move ${where.join()}`, (world: World) => world.move(...where)] as const)},
    {weight: 5, arbitrary: fc.tuple(button, x, y, isSeen).map((how) => [`press ${how.join()}`, (world: World) => world.press(...how)] as const)},
    {weight: 3, arbitrary: fc.tuple(button, x, y, isSeen).map((how) => [`let go ${how.join()}`, (world: World) => world.letGo(...how)] as const)},
    {weight: 8, arbitrary: fc.tuple(finger, x, y, fc.constantFrom('touchstart', 'touchstart', 'touchmove', 'touchend', 'touchcancel'), isSeen)
      .map((how) => [how.join(), (world: World) => world.touch(...how)] as const)},
    {weight: 5, arbitrary: fc.tuple(fc.integer({min: 0, max: 4}), fc.constantFrom('keydown', 'keyup'), isSeen).map((how) => [how.join(), (world: World) => world.key(...how)] as const)},
    {weight: 2, arbitrary: step('paint', (world) => world.paint())},
    {weight: 1, arbitrary: fc.tuple(x, y).map((where) => [`wheel ${where.join()}`, (world: World) => world.wheel(...where)] as const)},
    step('cancel', (world) => world.cancel()),
    step('leave', (world) => world.leave()),
    {weight: 3, arbitrary: step('settle', (world) => world.settle())},
    endings(),
    step('writable', (world) => void (world.view.readOnly = false)),
    step('not paused', (world) => void (world.view.paused = false)),
    step('shown', (world) => world.hide(false)),
    {weight: 2, arbitrary: step('added', (world) => document.body.append(world.view))},
    {weight: 2, arbitrary: step('connected', (world) => world.view.connect())},
    step('focused', (world) => world.view.focus()),
  );
}

/** Actions that release everything. */
function endings(): fc.Arbitrary<readonly [words: string, act: (world: World) => ReturnType<Step>]> {
  const ending = (words: string, act: (world: World) => ReturnType<Step>) => [words, act] as const;
  return fc.constantFrom(
    ending('read only', (world) => void (world.view.readOnly = true)),
    ending('paused', (world) => void (world.view.paused = true)),
    ending('removed', (world) => world.view.remove()),
    ending('moved', (world) => document.body.append(world.view)),
    ending('blurred', () => void window.dispatchEvent(new Event('blur'))),
    ending('hidden', (world) => world.hide(true)),
    ending('page out', (world) => world.pageOut()),
    ending('socket lost', (world) => world.breakSocket()),
    ending('disconnected', (world) => world.view.disconnect()),
    ending('released', (world) => world.view.releaseInput()),
    // In this one, only the person's own events show that it is over.
    ...Array.from({length: 5}, () => ending('hands off', (world) => world.handsOff())),
  );
}

describe('random input and interruptions', () => {
  it(`nothing stays pressed, on either side, in ${RUNS.numRuns} runs`, async function () {
    this.timeout(120_000);
    const frame = await plainJpeg('#808080', 32, 18);
    await fc.assert(fc.asyncProperty(fc.array(steps(), {maxLength: 40, size: 'medium'}), endings(), async (happenings, [, end]) => {
      const world = new World(frame);
      try {
        await world.settle();
        for (const [, act] of happenings) await act(world);
        await world.settle();
        await end(world);
        await world.settle();
        for (const session of world.sessions) {
          assert.deepEqual(session.problems, []);
          assert.isTrue(session.isNothing, `still down in the session: ${session.words}`);
        }
        world.view.releaseInput();
        for (const session of world.sessions) assert.deepEqual(session.problems, [], 'the element thinks that something is down');
      } finally {
        world.stop();
      }
    }), {...RUNS, timeout: HANG_MS, interruptAfterTimeLimit: LIMIT_MS, markInterruptAsFailure: true, includeErrorInReport: true});
  });
});
