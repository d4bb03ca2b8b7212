import type {HelloMessage} from '../protocol.js';

/** The viewer's name in the `hello` of a socket, valid in that session. */
export interface NamedViewer {
  readonly session: string;
  readonly viewer: string;
}

/** The server's name for this viewer, over all sockets. */
export class ViewerName {
  #newest: NamedViewer | undefined;

  /** The viewer that a new socket continues. Any name of the viewer will do, but the server may have forgotten the oldest. */
  get newest(): NamedViewer | undefined {
    return this.#newest;
  }

  note({session, viewer}: HelloMessage): void {
    this.#newest = viewer === undefined ? undefined : {session, viewer};
  }
}
