import {setTimeout as delay} from 'node:timers/promises';
import type {Protocol} from 'devtools-protocol';
import type {FileChooserAnswerMessage, FileChooserMessage, FileMessage, ServerMessage} from 'chaser-live-view/protocol';
import type {ByteReceiver} from '../../announced-bytes.js';
import type {CdpSession} from '../cdp.js';
import type {Page} from '../page.js';
import type {Viewer} from '../viewer.js';
import {FileInput} from './file-input.js';
import type {Refusal} from './refusal.js';
import {Upload} from './upload.js';

/** The most files of one chooser. */
const MAX_FILES = 100;
/** A session keeps at most this many times the bytes that one chooser takes. */
const MAX_CHOOSERS_KEPT = 4;
/** How long files are kept after the document that got them is gone. The page may still be sending them. */
const KEPT_MS = 60_000;

export interface FileChoosersOptions {
  /** The folder for files, under ids. It is deleted with the session. Undefined if the browser is on another machine: then no file is accepted. */
  readonly folder: string | undefined;
  /** The most bytes of all files of a chooser. */
  readonly maxBytes: number;
  readonly viewers: () => Iterable<Viewer>;
  /** Called when a page asked for files that a viewer can't give. */
  readonly onDeclined: () => void;
  /** Called when a page is about to be told that no file was chosen. Input must wait for `done`, so that no press opens another chooser. */
  readonly onCancel: (done: Promise<void>) => void;
}

interface OpenChooser {
  readonly page: Page;
  readonly session: CdpSession;
  readonly node: number;
  readonly input: FileInput;
  readonly message: FileChooserMessage;
  /** What each viewer has sent for the chooser. All sockets of a person count as one viewer. */
  readonly uploads: Map<object, Upload[]>;
  isAnswered: boolean;
}

/**
 * The open file choosers of a session's pages. Their native windows are not shown, and the page gets a viewer's files. The first
 * answer counts. If an automation handles choosers itself, viewers are not asked.
 */
export class FileChoosers {
  readonly #options: FileChoosersOptions;
  readonly #open = new Map<string, OpenChooser>();
  /** The inputs whose choosers are about to open, and those that are opened once more to be canceled. */
  readonly #opening = new Set<string>();
  readonly #canceling = new Set<string>();
  /** By page or frame: the pending cancels, which run one after the other. */
  readonly #cancels = new WeakMap<CdpSession, Promise<void>>();
  /** By page or frame: how many automations handle its choosers. */
  readonly #automations = new Map<string, number>();
  #lastId = 0;
  #bytes = 0;

  constructor(options: FileChoosersOptions) {
    this.#options = options;
  }

  /** Whether viewers can give files. */
  get isOffered(): boolean {
    return this.#options.folder !== undefined;
  }

  /** The open choosers, for a new viewer. */
  get messages(): readonly FileChooserMessage[] {
    return [...this.#open.values()].map(({message}) => message);
  }

  follow(page: Page): void {
    page.onFileChooser = (session, event) => void this.#note(page, session, event);
  }

  forget(page: Page): void {
    for (const chooser of this.#open.values()) if (chooser.page === page) this.#close(chooser);
  }

  /** An automation handles the choosers of a page, or of a frame with its own CDP session, until the returned function is called. */
  leaveTo(targetId: string): () => void {
    const count = (change: number) => this.#automations.set(targetId, (this.#automations.get(targetId) ?? 0) + change);
    count(1);
    return () => count(-1);
  }

  /** A viewer announces a file. Returns the receiver of its bytes. `afford` decides whether that many are allowed. */
  announce(message: FileMessage, viewer: Viewer, afford: (sizeBytes: number) => boolean): ByteReceiver | Refusal {
    const {folder, maxBytes} = this.#options;
    const {id, name, size, offset = 0} = message;
    const chooser = this.#open.get(id);
    if (!chooser || chooser.isAnswered || folder === undefined) return {code: 'bad_message', words: 'There is no such file chooser in this session.'};
    const uploads = this.#uploadsOf(chooser, viewer);
    const begun = message.offset === undefined ? undefined : uploads.findLast((upload) => upload.announcedName === name && upload.size === size);
    if (offset > (begun?.receivedBytes ?? 0)) return {code: 'bad_message', words: 'The offset is beyond the bytes that this viewer has sent of the file.'};
    // A new announcement gives up an incomplete file before it.
    const last = uploads.at(-1);
    if (last && last !== begun && !last.isWhole) for (const upload of uploads.splice(-1)) this.#forget(upload);
    const all = [...chooser.uploads.values()].flat();
    if (!begun && !chooser.input.isMultiple && uploads.length > 0) return {code: 'bad_message', words: 'This file chooser takes only one file.'};
    const sizeBytes = begun ? 0 : size;
    const isTooLarge = all.length >= MAX_FILES && !begun || all.reduce((sum, {size}) => sum + size, sizeBytes) > maxBytes
      || this.#bytes + sizeBytes > maxBytes * MAX_CHOOSERS_KEPT;
    if (isTooLarge || !afford(size - offset)) {
      void this.#cancel(chooser);
      return isTooLarge
        ? {code: 'too_large', words: `A file chooser takes at most ${MAX_FILES} files of ${maxBytes} bytes in total, and a session ${MAX_CHOOSERS_KEPT} times as much.`}
        : {code: 'rate_limited', words: 'Too many bytes were announced at once. Send the file later.'};
    }
    const upload = begun ?? new Upload(folder, message);
    if (!begun) uploads.push(upload);
    this.#bytes += sizeBytes;
    return upload.receive(offset);
  }

  /** A viewer says that all files are there, or that there will be none. */
  answer(message: FileChooserAnswerMessage, viewer: Viewer): void {
    const chooser = this.#open.get(message.id);
    if (!chooser || chooser.isAnswered) return;
    const uploads = this.#uploadsOf(chooser, viewer);
    if ('cancel' in message || uploads.length === 0) void this.#cancel(chooser);
    else if (uploads.every(({isWhole}) => isWhole)) void this.#give(chooser, uploads);
    else viewer.tell({type: 'error', code: 'bad_message', message: 'Bytes of the announced files are missing. Send them before done.'});
  }

  async #note(page: Page, session: CdpSession, {frameId, backendNodeId: node}: Protocol.Page.FileChooserOpenedEvent): Promise<void> {
    const key = keyOf(session, node);
    if (this.#canceling.delete(key) || this.#isAutomated(page, session)) return;
    // `showOpenFilePicker` and similar functions have no input element, and the browser has already canceled them.
    if (node === undefined) return this.#options.onDeclined();
    const isKnown = [...this.#open.values()].some((chooser) => chooser.session === session && chooser.node === node);
    if (isKnown || this.#opening.has(key)) return;
    this.#opening.add(key);
    try {
      await this.#ask(page, session, node, await FileInput.find(session, frameId, node));
    } catch {
      // The input is gone, and perhaps also its page.
    }
    this.#opening.delete(key);
  }

  async #ask(page: Page, session: CdpSession, node: number, input: FileInput): Promise<void> {
    if (!this.isOffered || input.isForFolder || this.#givers.length === 0) {
      this.#options.onDeclined();
      return this.#tellPage(session, node, input);
    }
    // A page has one open chooser at a time.
    for (const other of this.#open.values()) if (other.page === page) void this.#cancel(other);
    const {isMultiple: multiple, accept} = input;
    const message: FileChooserMessage = {type: 'file_chooser', id: `chooser-${++this.#lastId}`, multiple, accept};
    const chooser: OpenChooser = {page, session, node, input, message, uploads: new Map(), isAnswered: false};
    this.#open.set(message.id, chooser);
    this.#tell(message);
    // An automation has set files, or the document is gone.
    await input.settled;
    if (!chooser.isAnswered) this.#close(chooser);
  }

  async #give(chooser: OpenChooser, uploads: Upload[]): Promise<void> {
    chooser.isAnswered = true;
    const given = uploads.splice(0);
    try {
      await Promise.all(given.map((upload) => upload.close()));
      await chooser.input.give(given);
      this.#close(chooser);
      await chooser.input.gone();
      await delay(KEPT_MS, undefined, {ref: false});
    } catch {
      // The document is gone, or the disk is full.
      this.#close(chooser);
    }
    for (const upload of given) this.#forget(upload);
  }

  async #cancel(chooser: OpenChooser): Promise<void> {
    chooser.isAnswered = true;
    this.#close(chooser);
    await this.#tellPage(chooser.session, chooser.node, chooser.input);
  }

  #tellPage(session: CdpSession, node: number, input: FileInput): Promise<void> {
    const key = keyOf(session, node);
    const done = (this.#cancels.get(session) ?? Promise.resolve()).then(async () => {
      this.#canceling.add(key);
      await input.cancel();
      this.#canceling.delete(key);
    });
    this.#cancels.set(session, done);
    this.#options.onCancel(done);
    return done;
  }

  /** Closes a chooser, and deletes the files that the page did not get. */
  #close(chooser: OpenChooser): void {
    const {message: {id}, uploads} = chooser;
    chooser.isAnswered = true;
    for (const own of uploads.values()) for (const upload of own.splice(0)) this.#forget(upload);
    if (this.#open.delete(id)) this.#tell({type: 'file_chooser_closed', id});
  }

  #uploadsOf({uploads}: OpenChooser, viewer: Viewer): Upload[] {
    const owner = viewer.person ?? viewer;
    const known = uploads.get(owner);
    if (known) return known;
    const own: Upload[] = [];
    uploads.set(owner, own);
    void viewer.person?.gone.then(() => {
      for (const upload of own.splice(0)) this.#forget(upload);
    });
    return own;
  }

  #forget(upload: Upload): void {
    this.#bytes -= upload.size;
    void upload.remove().catch(() => {});
  }

  #isAutomated(page: Page, session: CdpSession): boolean {
    const targetId = page.placeOf(session)?.frameId ?? page.targetId;
    return (this.#automations.get(targetId) ?? 0) > 0;
  }

  /** Viewers whose tokens allow input. */
  get #givers(): readonly Viewer[] {
    return [...this.#options.viewers()].filter(({isWatchOnly}) => isWatchOnly !== true);
  }

  #tell(message: ServerMessage): void {
    for (const viewer of this.#givers) viewer.tell(message);
  }
}

function keyOf({id}: CdpSession, node: number | undefined): string {
  return `${id} ${node}`;
}
