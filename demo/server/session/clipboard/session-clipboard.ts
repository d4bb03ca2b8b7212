import type {PasteMessage} from 'chaser-live-view/protocol';
import type {CdpConnection} from '../cdp.js';
import type {Viewer, ViewerMessage} from '../viewer.js';
import {clipboardMessage} from './clipboard-message.js';
import type {Copied, Pasted} from './content.js';
import {HelperPage} from './helper-page.js';
import {isCopying} from './is-copying.js';
import {PasteBytes} from './paste-bytes.js';

/** How long after somebody's own shortcut, press or tap a copy is theirs. */
const OWN_COPY_MS = 1_000;
/** Pastes of which bytes are missing, of all viewers: what they take in memory is bounded by it. */
const MAX_PENDING_PASTES = 4;

/** A viewer's place at the clipboard. */
export interface ClipboardSeat {
  /** Looks at what the viewer does: a copy that follows is theirs. */
  note(message: ViewerMessage): void;
  leave(): void;
}

/**
 * The clipboard of a session's browser, the browser's own: what viewers paste is put there, and what anybody copies
 * there they are told, whether it was by keys, a page's button or its script.
 */
export class SessionClipboard {
  /** Whether the session has the clipboard to itself: otherwise nothing is read from it or put there. */
  readonly isOffered: boolean;
  readonly #connection: CdpConnection;
  readonly #viewers = new Set<Viewer>();
  /** Who was the last to do what may copy, and when, on the clock of `performance.now()`. */
  #actor: {readonly who: object; readonly atMs: number} | undefined;
  #contextId: string | undefined;
  #helper: Promise<HelperPage> | undefined;
  #pendingPastes = 0;

  constructor(connection: CdpConnection, isOffered: boolean) {
    this.#connection = connection;
    this.isOffered = isOffered;
  }

  /** Whether a target is of the clipboard's own, and none of the session's. */
  isOwn({browserContextId}: {readonly browserContextId?: string}): boolean {
    return browserContextId !== undefined && browserContextId === this.#contextId;
  }

  /** From now on the viewer is told what is copied. */
  seat(viewer: Viewer): ClipboardSeat {
    if (!this.isOffered || viewer.isWatchOnly) return {note: () => {}, leave: () => {}};
    this.#viewers.add(viewer);
    this.#open().catch(() => {});
    return {
      note: (message) => {
        if (isCopying(message)) this.#actor = {who: whose(viewer), atMs: performance.now()};
      },
      leave: () => this.#viewers.delete(viewer),
    };
  }

  /** Takes the bytes of a paste; undefined when there are too many on their way already. */
  receive(message: PasteMessage): PasteBytes | undefined {
    if (this.#pendingPastes >= MAX_PENDING_PASTES) return undefined;
    const bytes = new PasteBytes(message);
    this.#pendingPastes++;
    void bytes.content.then(() => this.#pendingPastes--);
    return bytes;
  }

  /** Puts something on the clipboard; false when it could not be put there. */
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

  /** One that does not open, or is gone, gives its place to another when that is asked for. */
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

/** A viewer may have another socket by the time that what they did has copied something. */
function whose(viewer: Viewer): object {
  return viewer.person ?? viewer;
}
