import type {PasteMessage} from 'chaser-live-view/protocol';
import type {CdpConnection} from '../cdp.js';
import type {Viewer, ViewerMessage} from '../viewer.js';
import {clipboardMessage} from './clipboard-message.js';
import type {Copied, Pasted} from './content.js';
import {HelperPage} from './helper-page.js';
import {isCopying} from './is-copying.js';
import {PasteBytes} from './paste-bytes.js';

/** A copy this soon after a viewer's own shortcut, press or tap belongs to that viewer. */
const OWN_COPY_MS = 1_000;
/** How many incomplete pastes there may be, of all viewers. This limits their memory. */
const MAX_PENDING_PASTES = 4;

/** A viewer's access to the clipboard. */
export interface ClipboardSeat {
  /** Notes what the viewer does: a copy that follows is theirs. */
  note(message: ViewerMessage): void;
  leave(): void;
}

/**
 * The clipboard of a session's browser. Pastes of viewers are put there, and viewers are told what is copied,
 * by keys, by a page's button or by a script.
 */
export class SessionClipboard {
  /** Whether no other session shares the clipboard. Otherwise it is neither read nor written. */
  readonly isOffered: boolean;
  readonly #connection: CdpConnection;
  readonly #viewers = new Set<Viewer>();
  /** The last viewer who did something that may copy, and when, by `performance.now()`. */
  #actor: {readonly who: object; readonly atMs: number} | undefined;
  #contextId: string | undefined;
  #helper: Promise<HelperPage> | undefined;
  #pendingPastes = 0;

  constructor(connection: CdpConnection, isOffered: boolean) {
    this.#connection = connection;
    this.isOffered = isOffered;
  }

  /** Whether a target belongs to the clipboard, and not to the session. */
  isOwn({browserContextId}: {readonly browserContextId?: string}): boolean {
    return browserContextId !== undefined && browserContextId === this.#contextId;
  }

  /** The viewer is told about copies from now on. */
  seat(viewer: Viewer): ClipboardSeat {
    if (!this.isOffered || viewer.isWatchOnly) return {note: () => {}, leave: () => {}};
    this.#viewers.add(viewer);
    this.#open().catch(() => {});
    return {
      note: (message) => {
        // Only a player that does not know `paste` sends `copy`. It takes every `clipboard` message for its own copy, so it gets only the answers.
        if (message.type === 'copy') this.#viewers.delete(viewer);
        if (isCopying(message)) this.#actor = {who: whose(viewer), atMs: performance.now()};
      },
      leave: () => this.#viewers.delete(viewer),
    };
  }

  /** Takes the bytes of a paste. Returns undefined if there are already too many. */
  receive(message: PasteMessage): PasteBytes | undefined {
    if (this.#pendingPastes >= MAX_PENDING_PASTES) return undefined;
    const bytes = new PasteBytes(message);
    this.#pendingPastes++;
    void bytes.content.then(() => this.#pendingPastes--);
    return bytes;
  }

  /** Puts content on the clipboard. Returns false if that failed. */
  async put(pasted: Pasted): Promise<boolean> {
    try {
      const helper = await this.#open();
      await helper.put(pasted);
      return true;
    } catch {
      return false;
    }
  }

  #open(): Promise<HelperPage> {
    this.#helper ??= this.#openAnother();
    return this.#helper;
  }

  /** A helper page that does not open, or is gone, is replaced at the next use. */
  async #openAnother(): Promise<HelperPage> {
    const forget = () => this.#helper = undefined;
    try {
      return await HelperPage.open(this.#connection, {
        onContext: (contextId) => this.#contextId = contextId,
        onCopy: (copied) => this.#tell(copied),
        onGone: forget,
      });
    } catch (error) {
      forget();
      throw error;
    }
  }

  #tell(copied: Copied): void {
    const actor = this.#actor;
    const owner = actor && performance.now() - actor.atMs < OWN_COPY_MS ? actor.who : undefined;
    for (const viewer of this.#viewers) viewer.tell(clipboardMessage(copied, whose(viewer) === owner ? 'person' : 'page'));
  }
}

/** The person, if known, because they may have another socket by the time their action has copied something. */
function whose(viewer: Viewer): object {
  return viewer.person ?? viewer;
}
