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

/** Files of one chooser. */
const MAX_FILES = 100;
/** As many times what one chooser may take is all that a session keeps at once. */
const MAX_CHOOSERS_KEPT = 4;
/** How long what a page was given is kept once its document is gone: it may still be on its way from there. */
const KEPT_MS = 60_000;

export interface FileChoosersOptions {
  /** Where files lie under ids; it goes with the session. Undefined where the browser is on another machine: no file is taken then. */
  readonly folder: string | undefined;
  /** Bytes of all files of a chooser. */
  readonly maxBytes: number;
  readonly viewers: () => Iterable<Viewer>;
  /** A page asked for what a viewer can't give. */
  readonly onDeclined: () => void;
  /** A page is about to hear that no file was chosen. Until then, no press of a person's opens another chooser there. */
  readonly onCancel: (done: Promise<void>) => void;
}

interface OpenChooser {
  readonly page: Page;
  readonly session: CdpSession;
  readonly node: number;
  readonly input: FileInput;
  readonly message: FileChooserMessage;
  /** What each viewer has sent for it; a person is one over all of their sockets. */
  readonly uploads: Map<object, Upload[]>;
  isAnswered: boolean;
}

/**
 * The file choosers that are open in a session's pages: windows of the browser's own, which nobody sees. A viewer's files
 * are given to the page instead. The first answer counts; an automation that handles choosers itself goes before all viewers.
 */
export class FileChoosers {
  readonly #options: FileChoosersOptions;
  readonly #open = new Map<string, OpenChooser>();
  /** The inputs whose choosers are about to be open, and those that are opened once more to be canceled. */
  readonly #opening = new Set<string>();
  readonly #canceling = new Set<string>();
  /** By page or frame: the cancels there, one after the other. */
  readonly #cancels = new WeakMap<CdpSession, Promise<void>>();
  /** By pages and frames: how many automations handle their choosers. */
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

  /** Those that are open now, for a viewer who has just come. */
  get messages(): readonly FileChooserMessage[] {
    return [...this.#open.values()].map(({message}) => message);
  }

  follow(page: Page): void {
    page.onFileChooser = (session, event) => void this.#note(page, session, event);
  }

  forget(page: Page): void {
    for (const chooser of this.#open.values()) if (chooser.page === page) this.#close(chooser);
  }

  /** An automation handles the choosers of a page, or of a frame with a session of its own, until what is returned is called. */
  leaveTo(targetId: string): () => void {
    const count = (change: number) => this.#automations.set(targetId, (this.#automations.get(targetId) ?? 0) + change);
    count(1);
    return () => count(-1);
  }

  /** A viewer announces a file; what is returned takes its bytes. `afford` is asked whether that many may come. */
  announce(message: FileMessage, viewer: Viewer, afford: (sizeBytes: number) => boolean): ByteReceiver | Refusal {
    const {folder, maxBytes} = this.#options;
    const {id, name, size, offset = 0} = message;
    const chooser = this.#open.get(id);
    if (!chooser || chooser.isAnswered || folder === undefined) return {code: 'bad_message', words: 'There is no such file chooser in this session.'};
    const uploads = this.#uploadsOf(chooser, viewer);
    const begun = message.offset === undefined ? undefined : uploads.findLast((upload) => upload.announcedName === name && upload.size === size);
    if (offset > (begun?.receivedBytes ?? 0)) return {code: 'bad_message', words: 'The offset is beyond the bytes that this viewer has sent of the file.'};
    // What was announced before and has not come whole never will.
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
    // Of a script's `showOpenFilePicker` and its like nothing is left to be answered.
    if (node === undefined) return this.#options.onDeclined();
    const isKnown = [...this.#open.values()].some((chooser) => chooser.session === session && chooser.node === node);
    if (isKnown || this.#opening.has(key)) return;
    this.#opening.add(key);
    try {
      await this.#ask(page, session, node, await FileInput.find(session, frameId, node));
    } catch {
      // It is gone, and its page maybe with it.
    }
    this.#opening.delete(key);
  }

  async #ask(page: Page, session: CdpSession, node: number, input: FileInput): Promise<void> {
    if (!this.isOffered || input.isForFolder || this.#givers.length === 0) {
      this.#options.onDeclined();
      return this.#tellPage(session, node, input);
    }
    // A browser has one at a time in a page.
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

  /** It is over; what was not given goes. */
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
