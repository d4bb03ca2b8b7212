import type {ServerMessage} from 'chaser-live-view/protocol';

/** One socket of a person. */
export interface PersonSocket {
  /** Tells the player something. */
  tell(message: ServerMessage): void;
  /** Lets go of all that this player holds; what of theirs still waits for its turn is not done. */
  revoke(): void;
}

/**
 * A viewer of a session over all of their sockets, from the first one on until 30 s after the last. What belongs to a viewer
 * and not to a socket is kept by this object.
 */
export class Person {
  /** The sockets that are open now, the oldest first. */
  readonly sockets = new Set<PersonSocket>();
  /** Resolves when this person will not come back: whatever is kept for them can go. */
  readonly gone: Promise<void>;
  #markGone: () => void = () => {};

  constructor() {
    this.gone = new Promise((resolve) => this.#markGone = resolve);
  }

  /** Called once, by whoever keeps the people. */
  forget(): void {
    this.#markGone();
  }
}
