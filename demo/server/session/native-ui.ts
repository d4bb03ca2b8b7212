import type {ServerMessage} from 'chaser-live-view/protocol';
import {Bucket} from '../bucket.js';
import {Dialogs} from './dialogs.js';
import {Hints} from './hints.js';
import type {ObservedDocument} from './observer/observer.js';
import type {Report} from './observer/report.js';
import type {Page} from './page.js';
import {Selects} from './selects.js';
import type {ViewerMessage} from './viewer.js';

export interface NativeUiListener {
  readonly tell: (message: ServerMessage) => void;
  readonly onTitle: (page: Page, title: string) => void;
}

/** What the browser does besides, in words: the `code` and `message` of an `error` message. */
const NOTICES = {
  page_crashed: 'The page has crashed and is loading again.',
  file_chooser_declined: 'The page asked for a file or a folder. It was told that none was chosen.',
  password_declined: 'The page asked for a user name and a password in a native window. The window was cancelled.',
  permission_declined: 'The page asked for a permission. It was denied.',
  reload_declined: 'The page was not reloaded, because that would send its form again.',
  program_declined: 'The page followed a link to another program. The program was not started.',
  download_declined: 'The page offered a download. It was not accepted.',
} as const;

/** Notices of one kind. */
const MAX_NOTICES = {atOnce: 10, perSecond: 0.5};
/** Origins and permissions of which it is known that they were told. */
const MAX_REFUSALS = 1_000;

/** What is in no picture of a session's pages, and a person needs all the same. */
export class NativeUi {
  readonly #listener: NativeUiListener;
  readonly #dialogs: Dialogs;
  readonly #selects: Selects;
  readonly #hints: Hints;
  /** By origin and permission: every document of an origin tells of a refusal. */
  readonly #refusals = new Set<string>();
  readonly #limits = new Map<string, Bucket>();

  constructor(listener: NativeUiListener) {
    this.#listener = listener;
    this.#dialogs = new Dialogs(listener.tell);
    this.#selects = new Selects(listener.tell);
    this.#hints = new Hints(listener.tell);
  }

  /** How things are now, for a viewer who has just come. */
  get messages(): readonly ServerMessage[] {
    return [...this.#hints.messages, ...this.#dialogs.messages, ...this.#selects.messages];
  }

  /** Whether a dialog holds the page: it runs no script then, and paints nothing. */
  isHeld(page: Page): boolean {
    return this.#dialogs.isHeld(page);
  }

  follow(page: Page): void {
    this.#dialogs.follow(page);
    page.onCrash = () => this.notice('page_crashed');
    page.onResubmit = () => this.notice('reload_declined');
    page.onProgram = () => this.notice('program_declined');
    page.onPassword = () => this.notice('password_declined');
    page.observe({
      onReport: (document, report) => this.#note(page, document, report),
      onGone: (document) => {
        this.#selects.forget(document);
        this.#hints.forget(page, document);
      },
    });
  }

  forget(page: Page): void {
    this.#dialogs.forget(page);
  }

  setFront(page: Page | undefined): void {
    this.#hints.setFront(page);
  }

  /** Takes an answer of a viewer; false when the message is none. */
  receive(message: ViewerMessage): boolean {
    if (message.type === 'dialog') this.#dialogs.answer(message);
    else if (message.type === 'select') void this.#selects.answer(message);
    else return false;
    return true;
  }

  #note(page: Page, document: ObservedDocument, report: Report): void {
    if (report.kind === 'title') this.#listener.onTitle(page, report.title);
    else if (report.kind === 'refusal') this.#noteRefusal(`${report.origin} ${report.permission}`);
    else if (report.kind === 'select') void this.#selects.note(page, document, report);
    else if (report.kind === 'cursor' || report.kind === 'focus' || report.kind === 'moved') this.#hints.note(page, document, report);
  }

  #noteRefusal(refusal: string): void {
    if (this.#refusals.has(refusal)) return;
    if (this.#refusals.size >= MAX_REFUSALS) this.#refusals.clear();
    this.#refusals.add(refusal);
    this.notice('permission_declined');
  }

  /** A page may do what is noticed as often as it likes; a person is told now and then. */
  notice(code: keyof typeof NOTICES): void {
    const limit = this.#limits.get(code) ?? new Bucket(MAX_NOTICES.atOnce, MAX_NOTICES.perSecond);
    this.#limits.set(code, limit);
    if (!limit.take()) return;
    this.#listener.tell({type: 'error', code, message: NOTICES[code]});
  }
}
