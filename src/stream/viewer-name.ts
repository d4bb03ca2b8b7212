import type {ContinueMessage, HelloMessage} from '../protocol.js';

/** What this player is called at the server, over all of its sockets. */
export class ViewerName {
  #session: string | undefined;
  #viewer: string | undefined;

  /** What to say on a socket right after its `hello`: whom it continues. Undefined on the first one of a session. */
  continueOn({session, viewer}: HelloMessage): ContinueMessage | undefined {
    const previous = session === this.#session ? this.#viewer : undefined;
    this.#session = session;
    // From now on both name the same viewer; should the server not know the old one any more, only the new one names any.
    this.#viewer = viewer;
    return viewer !== undefined && previous !== undefined ? {type: 'continue', viewer: previous} : undefined;
  }
}
