import type {Pasted} from '../clipboard/content.js';
import {readSelection} from '../clipboard/selection.js';
import type {SessionClipboard} from '../clipboard/session-clipboard.js';
import {type KeyMessage, MODIFIER, type MouseMessage, type ServerMessage, type TextMessage, type TouchMessage, type WheelMessage} from 'chaser-live-view/protocol';
import type {ViewerMessage} from '../viewer.js';
import type {BrowserKeys} from './browser-keys.js';
import {FingerAsMouse, type MouseDeed} from './finger-as-mouse.js';
import {HandClock, timed} from './hand-clock.js';
import {Keyboard} from './keyboard.js';
import {isMove} from './merge-moves.js';
import {type TaskQueue, patiently} from './task-queue.js';
import type {Mouse} from './mouse.js';
import {MouseAsFinger} from './mouse-as-finger.js';
import {PasteTurn} from './paste-turn.js';
import type {InputTarget} from './input-target.js';
import type {Touch} from './touch.js';
import {ViewerTurns} from './viewer-turns.js';
import type {ZoomHold} from './zoom-hold.js';

/** The devices that all viewers of a session share. */
export interface Devices {
  readonly target: InputTarget;
  readonly queue: TaskQueue;
  readonly mouse: Mouse;
  readonly touch: Touch;
  readonly clipboard: SessionClipboard;
  readonly browserKeys: BrowserKeys;
  readonly zoomHold: ZoomHold;
  /** Whether the session's device has a touch screen and no mouse. Any other has a mouse only. */
  readonly hasTouch: boolean;
}

/** A text of at least this many UTF-16 units is a piece of a long text. It waits until the last piece has been inserted. */
const LONG_TEXT = 1_000;
/** How many UTF-16 units of text may wait. */
const MAX_WAITING_TEXT = 2 * 1024 * 1024;

/** One viewer's input in a session. */
export class ViewerInput {
  readonly #devices: Devices;
  readonly #tell: (message: ServerMessage) => void;
  readonly #keyboard: Keyboard;
  readonly #turns: ViewerTurns;
  readonly #handClock = new HandClock();
  readonly #pasteTurn = new PasteTurn((pasted) => this.#turns.run(() => this.#paste(pasted)));
  readonly #mouseAsFinger = new MouseAsFinger((message) => this.#devices.touch.receive(this, message));
  readonly #fingerAsMouse = new FingerAsMouse((deed) => isMove(deed) ? this.#turns.follow(deed) : this.#turns.run(() => this.#doWithMouse(deed)));
  /** Whether the browser handles the current Escape, until the key goes down again. */
  #isEscapeTaken = false;
  /** Text that waits while no other input has come after it. Further pieces of a long text are appended. */
  #waitingText: {text: string} | undefined;

  constructor(devices: Devices, tell: (message: ServerMessage) => void) {
    this.#devices = devices;
    this.#tell = tell;
    this.#keyboard = new Keyboard(devices.target);
    this.#turns = new ViewerTurns({
      queue: devices.queue, target: devices.target, move: (message) => this.#do(message),
      onOverflow: () => {
        this.#waitingText = undefined;
        tell({type: 'error', code: 'rate_limited', message: 'The page does not keep up with the input, so some of it was lost.'});
      },
      onRoom: () => this.letGo(),
    });
  }

  /** Performs a viewer's message, in order. */
  receive(message: ViewerMessage): void {
    if (message.type === 'key' || message.type === 'text' || message.type === 'compose') this.#pasteTurn.run(this.#turns.still(() => this.#take(message)));
    else if (message.type === 'mouse' || message.type === 'wheel' || message.type === 'touch') this.#take(this.#timed(message));
    else this.#take(message);
  }

  /** Converts the player's times to this process's clock, which is most exact on arrival. */
  #timed(message: MouseMessage | WheelMessage | TouchMessage): MouseMessage | WheelMessage | TouchMessage {
    return message.t === undefined ? message : timed(message, this.#handClock.read(message.t, performance.now()));
  }

  /** Pastes the content, unless it turns out to be undefined. */
  paste(content: Promise<Pasted | undefined>): void {
    const isStillTheirs = this.#turns.still(() => true);
    this.#pasteTurn.take(content.then((pasted) => isStillTheirs() ? pasted : undefined));
  }

  /** The viewer has gone: keeps what they have typed, and releases what they hold. */
  leave(): void {
    this.#pasteTurn.flush();
    this.release();
  }

  #take(message: ViewerMessage): void {
    const {hasTouch} = this.#devices;
    if (message.type === 'text' && this.#waitingText) {
      if (this.#waitingText.text.length + message.text.length > MAX_WAITING_TEXT) this.#turns.overflow();
      else this.#waitingText.text += message.text;
      return;
    }
    this.#waitingText = undefined;
    if (message.type === 'text') this.#insert(message);
    else if (message.type === 'release') {
      this.release();
      // Otherwise, keys that wait would go down afterwards.
      this.#pasteTurn.run(() => this.#turns.run(() => {
        this.#keyboard.release();
        return undefined;
      }));
    }
    else if (message.type === 'touch' && !hasTouch) this.#fingerAsMouse.receive(message);
    else if (isMove(message)) this.#turns.follow(message);
    else this.#turns.run(() => this.#do(message));
  }

  /** Releases everything that this viewer holds, and nothing of other viewers. */
  release(): void {
    this.#fingerAsMouse.release();
    this.#turns.run(() => this.letGo());
  }

  /** Releases everything at once, and discards queued input. */
  revoke(): void {
    this.#fingerAsMouse.release();
    this.#waitingText = undefined;
    this.#turns.revoke();
    this.letGo();
  }

  /** The same, before queued input. */
  letGo(): undefined {
    const {mouse, touch} = this.#devices;
    this.#mouseAsFinger.release();
    mouse.release(this);
    touch.release(this);
    this.#keyboard.release();
  }

  #do(message: ViewerMessage): Promise<void> | undefined {
    const {measured} = this.#devices.target;
    if (measured && (message.type === 'mouse' || message.type === 'wheel' || message.type === 'touch')) return measured.then(this.#turns.still(() => this.#do(message)));
    switch (message.type) {
      case 'mouse':
        return this.#devices.hasTouch && this.#mouseAsFinger.receive(message) ? undefined : this.#devices.mouse.receive(this, message);
      case 'wheel':
        return this.#wheel(message);
      case 'touch':
        return this.#touch(message);
      case 'key':
        return this.#key(message);
      case 'compose':
        return this.#type(() => this.#keyboard.compose(message));
      case 'copy':
        return patiently(this.#copy());
      default:
        return undefined;
    }
  }

  #wheel(message: WheelMessage): Promise<void> | undefined {
    const {mouse, zoomHold, target: {page}} = this.#devices;
    const isHeld = (message.modifiers & MODIFIER.control) === 0 || !page || zoomHold.hold(page);
    // A wheel with Control that the documents do not prevent yet would scroll, so it is dropped.
    if (isHeld !== true) return isHeld.then((held) => held ? mouse.wheel(message) : undefined);
    mouse.wheel(message);
    return undefined;
  }

  #key(message: KeyMessage): Promise<void> | undefined {
    const {mouse, target: {page}, browserKeys} = this.#devices;
    const {key, event, repeat} = message;
    if (key === 'Escape' && event === 'down') {
      // Escape first acts on the browser. It reaches the page only if it had no effect there.
      if (mouse.mayDrag) return mouse.escape().then((isEnded) => this.#keyboard.key(message, isEnded));
      this.#isEscapeTaken = (repeat && this.#isEscapeTaken) || (page !== undefined && browserKeys.escape(page));
      if (this.#isEscapeTaken) return undefined;
    }
    if (event === 'down' && page) browserKeys.expect(page, message);
    return this.#type(() => this.#keyboard.key(message));
  }

  #insert({text}: TextMessage): void {
    const waiting = {text};
    this.#waitingText = waiting;
    const isTaken = this.#turns.run(() => this.#type(() => {
      if (this.#waitingText === waiting) this.#waitingText = undefined;
      this.#keyboard.text(waiting.text);
    }, text.length > LONG_TEXT));
    if (!isTaken) this.#waitingText = undefined;
  }

  #doWithMouse(deed: MouseDeed): Promise<void> | undefined {
    if (deed.type === 'mouse') return this.#devices.mouse.receive(this, deed);
    if (deed.type === 'wheel') return this.#wheel(deed);
    this.#devices.mouse.cancel(this);
    return undefined;
  }

  #touch(message: TouchMessage): undefined {
    this.#devices.touch.receive(this, message);
  }

  /** Typing goes to the focus, so a press before it must have moved the focus. */
  #type(type: () => void, isLong = false): Promise<void> | undefined {
    const {target} = this.#devices;
    const settled = isLong ? target.settled('press', 'keyboard') : target.settled('press');
    if (settled) return settled.then(this.#turns.still(type));
    type();
    return undefined;
  }

  /** If the clipboard can't be written, the pasted text is inserted. */
  async #paste(pasted: Pasted): Promise<void> {
    const {target, clipboard} = this.#devices;
    const isStillTheirs = this.#turns.still(() => true);
    await target.settled('press', 'keyboard');
    if (!isStillTheirs()) return;
    const isPut = await clipboard.put(pasted);
    if (!isStillTheirs()) return;
    if (isPut) this.#keyboard.paste(pasted.html === undefined && pasted.png === undefined);
    else if (pasted.text !== undefined) this.#keyboard.text(pasted.text);
    else this.#tell({type: 'error', code: 'bad_message', message: 'The pasted content could not be put on the session\'s clipboard.'});
  }

  async #copy(): Promise<void> {
    const {target} = this.#devices;
    await target.settled('press', 'keyboard');
    if (target.page) this.#tell({type: 'clipboard', text: await readSelection(target.page).catch(() => '')});
  }
}
