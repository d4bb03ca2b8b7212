import type {Protocol} from 'devtools-protocol';

/** Why a browser ended: it exited by itself or after `Browser.close`, or it crashed. */
export type BrowserEnd = 'browser_closed' | 'crashed';

/** The folders that a session has on this machine. None if its browser is on another machine. */
export interface SessionFolder {
  readonly path?: string;
  /** The folder for downloads, below `path`. */
  readonly downloads?: string;
  /** The folder for the files that viewers send, below `path`. */
  readonly uploads?: string;
}

/** The browser of a session: a local one, or a share in a remote one. */
export interface SessionBrowser {
  /** The WebSocket address of the DevTools endpoint for automations. */
  readonly url: string;
  /** The browser context of the session's pages, if that is not the default one. */
  readonly contextId?: string;
  /** Whether only this session uses the browser's clipboard. A browser has one clipboard for all its contexts. */
  readonly hasOwnClipboard: boolean;
  readonly folder: SessionFolder;
  readonly ended: Promise<BrowserEnd>;
  /** Whether a target does not belong to the session. */
  isForeign(info: Protocol.Target.TargetInfo): boolean;
  /** Opens the session's first page, unless the browser opens it by itself. */
  openPage(): Promise<void>;
  /** Ends the browser or the session's share in it, and deletes everything that belongs to the session. */
  close(): Promise<void>;
}
