import type {PlayerMessage} from '../protocol.js';
import type {Picture} from './geometry.js';

/** The modifier flags that every event of pointer, wheel, touch and keyboard has. */
export type ModifierFlags = Pick<MouseEvent, 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;

export interface OutletOptions {
  readonly isAccepted: () => boolean;
  /** Where the picture is now; forces layout. Undefined while there is none. */
  readonly picture: () => Picture | undefined;
  /** The session's modifiers for an event; keys that came up unseen are let go first. */
  readonly modifiers: (flags: ModifierFlags) => number;
  readonly send: (message: PlayerMessage) => boolean;
  /** Whether the network is behind: then what waits waits on. */
  readonly isBehind: () => boolean;
  /** Gives the stream the keyboard. */
  readonly focus: () => void;
}

/** Something of which only the newest counts, so that it may wait for the next frame. */
export interface Waiting {
  /** Sends what waits. */
  flush(): void;
}

/** The one way out for everything the person does: in order, and what may wait goes once an animation frame. */
export class Outlet {
  readonly isAccepted: () => boolean;
  readonly picture: () => Picture | undefined;
  readonly modifiers: (flags: ModifierFlags) => number;
  readonly focus: () => void;
  /** Sends a message as it is, before what waits. */
  readonly post: (message: PlayerMessage) => boolean;
  readonly #isBehind: () => boolean;
  readonly #waiting = new Set<Waiting>();
  #frame = 0;

  constructor({isAccepted, picture, modifiers, send, isBehind, focus}: OutletOptions) {
    this.isAccepted = isAccepted;
    this.picture = picture;
    this.modifiers = modifiers;
    this.focus = focus;
    this.post = send;
    this.#isBehind = isBehind;
  }

  /** Sends what waits, then the message. */
  send(message: PlayerMessage): boolean {
    this.flush();
    return this.post(message);
  }

  /** Has `waiting` flushed in the next frame, or before the next message that does not wait. */
  wait(waiting: Waiting): void {
    this.#waiting.add(waiting);
    // A hidden page has no frames.
    if (document.visibilityState === 'hidden') this.flush();
    else if (!this.#frame) this.#askForFrame();
  }

  flush(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const each of waiting) each.flush();
  }

  #askForFrame(): void {
    this.#frame = requestAnimationFrame(() => this.#isBehind() ? this.#askForFrame() : this.flush());
  }
}
