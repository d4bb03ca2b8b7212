import type {Protocol} from 'devtools-protocol';

/** Why a browser is no more: by itself or by somebody's `Browser.close`, or not in order. */
export type BrowserEnd = 'browser_closed' | 'crashed';

/** What a session has of the machine; nothing where the browser is on another one. */
export interface SessionFolder {
  readonly path?: string;
  /** Where downloads lie, below it. */
  readonly downloads?: string;
  /** The same for what viewers send to its pages. */
  readonly uploads?: string;
}

/** The browser that a session has to itself: one of this machine, or a share in one elsewhere. */
export interface SessionBrowser {
  /** The WebSocket address of a DevTools endpoint for others: an automation. */
  readonly url: string;
  /** The browser context of the session's pages, where that is not the browser's own. */
  readonly contextId?: string;
  /** Whether no other session and nobody else uses its clipboard: a browser has one for all its contexts. */
  readonly hasOwnClipboard: boolean;
  readonly folder: SessionFolder;
  readonly ended: Promise<BrowserEnd>;
  /** Whether a target is none of the session's. */
  isForeign(info: Protocol.Target.TargetInfo): boolean;
  /** Opens the session's first page, if it is not there already. */
  openPage(): Promise<void>;
  /** Nothing of the session is left. */
  close(): Promise<void>;
}
