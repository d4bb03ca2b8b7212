import type {HelloMessage} from '../protocol.js';

/** What a server calls this player, in the `hello` of one of its sockets: good in that session. */
export interface NamedViewer {
  readonly session: string;
  readonly viewer: string;
}

/** What this player is called at the server, over all of its sockets. */
export class ViewerName {
  #newest: NamedViewer | undefined;

  /** Whom a new socket continues. All names of one viewer are as good; the server may have forgotten the oldest. */
  get newest(): NamedViewer | undefined {
    return this.#newest;
  }

  note({session, viewer}: HelloMessage): void {
    this.#newest = viewer === undefined ? undefined : {session, viewer};
  }
}
