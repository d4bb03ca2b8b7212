import type {ServerMessage} from 'chaser-live-view/protocol';

/** One socket of a person. */
export interface PersonSocket {
  /** Sends a message to the player. */
  tell(message: ServerMessage): void;
  /** Releases everything that this player holds, and discards their queued input. */
  revoke(): void;
}

/**
 * A viewer of a session over all of their sockets, from the first one until 30 s after the last. State that belongs to a viewer
 * and not to a socket is keyed by this object.
 */
export class Person {
  /** The open sockets, the oldest first. */
  readonly sockets = new Set<PersonSocket>();
  /** When they came first, in milliseconds of the process's own clock. */
  readonly sinceMs = performance.now();
  /** Resolves when this person will not return, so that everything kept for them can be freed. */
  readonly gone: Promise<void>;
  #markGone: () => void = () => {};

  constructor() {
    this.gone = new Promise((resolve) => this.#markGone = resolve);
  }

  /** Called once, by the collection of people. */
  forget(): void {
    this.#markGone();
  }
}
