import type {ServerMessage, TextMessage, TouchMessage} from 'chaser-live-view/protocol';
import {readSelection} from '../clipboard.js';
import type {ViewerMessage} from '../viewer.js';
import {FingerAsMouse, type MouseDeed} from './finger-as-mouse.js';
import {Keyboard} from './keyboard.js';
import {type TaskQueue, patiently} from './task-queue.js';
import type {Mouse} from './mouse.js';
import {MouseAsFinger} from './mouse-as-finger.js';
import type {InputTarget} from './input-target.js';
import type {Touch} from './touch.js';

/** What the input of all viewers of a session shares. */
export interface Devices {
  readonly target: InputTarget;
  readonly queue: TaskQueue;
  readonly mouse: Mouse;
  readonly touch: Touch;
  /** Whether the session is a touch device, which has fingers and no mouse; any other has a mouse only. */
  readonly hasTouch: boolean;
}

/** UTF-16 units from which a text is a piece of a long one: it goes in when the piece before it is in. */
const LONG_TEXT = 1_000;

/** One viewer's input on a session. */
export class ViewerInput {
  readonly #devices: Devices;
  readonly #tell: (message: ServerMessage) => void;
  readonly #keyboard: Keyboard;
  readonly #mouseAsFinger = new MouseAsFinger((message) => this.#devices.touch.receive(this, message));
  readonly #fingerAsMouse = new FingerAsMouse((deed) => this.#devices.queue.run(() => this.#doWithMouse(deed)));

  /** Text that waits for its turn, while nothing has come after it: the pieces of a long one become one again. */
  #waitingText: {text: string} | undefined;

  constructor(devices: Devices, tell: (message: ServerMessage) => void) {
    this.#devices = devices;
    this.#tell = tell;
    this.#keyboard = new Keyboard(devices.target);
  }

  /** Does what the viewer did, in its turn. */
  receive(message: ViewerMessage): void {
    const {queue, hasTouch} = this.#devices;
    if (message.type === 'text' && this.#waitingText) {
      this.#waitingText.text += message.text;
      return;
    }
    this.#waitingText = undefined;
    if (message.type === 'text') this.#insert(message);
    else if (message.type === 'release') this.release();
    else if (message.type === 'touch' && !hasTouch) this.#fingerAsMouse.receive(message);
    else queue.run(() => this.#do(message));
  }

  /** Lets go of everything that this viewer holds, and of nothing else. */
  release(): void {
    this.#fingerAsMouse.release();
    this.#devices.queue.run(() => this.letGo());
  }

  /** The same ahead of what still waits for its turn. */
  letGo(): undefined {
    const {mouse, touch} = this.#devices;
    this.#mouseAsFinger.release();
    mouse.release(this);
    touch.release(this);
    this.#keyboard.release();
  }

  #do(message: ViewerMessage): Promise<void> | undefined {
    const {measured} = this.#devices.target;
    if (measured && (message.type === 'mouse' || message.type === 'wheel' || message.type === 'touch')) return measured.then(() => this.#do(message));
    switch (message.type) {
      case 'mouse':
        return this.#devices.hasTouch && this.#mouseAsFinger.receive(message) ? undefined : this.#devices.mouse.receive(this, message);
      case 'wheel':
        this.#devices.mouse.wheel(message);
        return undefined;
      case 'touch':
        return this.#touch(message);
      case 'key':
        return this.#type(() => this.#keyboard.key(message));
      case 'compose':
        return this.#type(() => this.#keyboard.compose(message));
      case 'copy':
        return patiently(this.#copy());
      default:
        return undefined;
    }
  }

  #insert({text}: TextMessage): void {
    const waiting = {text};
    this.#waitingText = waiting;
    this.#devices.queue.run(() => this.#type(() => {
      if (this.#waitingText === waiting) this.#waitingText = undefined;
      this.#keyboard.text(waiting.text);
    }, text.length > LONG_TEXT));
  }

  #doWithMouse(deed: MouseDeed): Promise<void> | undefined {
    if (deed.type === 'mouse') return this.#devices.mouse.receive(this, deed);
    if (deed.type === 'wheel') this.#devices.mouse.wheel(deed);
    else this.#devices.mouse.release(this);
    return undefined;
  }

  #touch(message: TouchMessage): undefined {
    this.#devices.touch.receive(this, message);
  }

  /** Typing goes where the focus is: a press before it has to have moved it there. */
  #type(type: () => void, isLong = false): Promise<void> | undefined {
    const {target} = this.#devices;
    const settled = isLong ? target.settled('press', 'keyboard') : target.settled('press');
    if (settled) return settled.then(type);
    type();
    return undefined;
  }

  async #copy(): Promise<void> {
    const {target} = this.#devices;
    await target.settled('press', 'keyboard');
    if (target.page) this.#tell({type: 'clipboard', text: await readSelection(target.page).catch(() => '')});
  }
}
