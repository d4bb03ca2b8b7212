import type {ServerMessage} from 'chaser-live-view/protocol';
import {Bucket} from '../bucket.js';
import {Dialogs} from './dialogs.js';
import {Hints} from './hints.js';
import type {ObservedDocument} from './observer/observer.js';
import type {Report} from './observer/report.js';
import type {Page} from './page.js';
import {closePicker} from './pickers.js';
import {Selects} from './selects.js';
import type {ViewerMessage} from './viewer.js';

export interface NativeUiListener {
  readonly tell: (message: ServerMessage) => void;
  readonly onTitle: (page: Page, title: string) => void;
}

/** Other things that the browser does outside of the picture: the `code` and `message` of an `error` message. */
const NOTICES = {
  page_crashed: 'The page has crashed and is loading again.',
  file_chooser_declined: 'The page asked for a file or a folder. It was told that none was chosen.',
  password_declined: 'The page asked for a user name and a password in a native window. The window was cancelled.',
  permission_declined: 'The page asked for a permission. It was denied.',
  reload_declined: 'The page was not reloaded, because that would send its form again.',
  program_declined: 'The page followed a link to another program. The program was not started.',
  download_declined: 'The page offered a download. It was not accepted.',
} as const;

/** The rate of notices of one kind. */
const MAX_NOTICES = {atOnce: 10, perSecond: 0.5};
/** How many origins and permissions are remembered as reported. */
const MAX_REFUSALS = 1_000;

/** Everything that a person needs to know of a session's pages and that is not in the picture. */
export class NativeUi {
  readonly #listener: NativeUiListener;
  readonly #dialogs: Dialogs;
  readonly #selects: Selects;
  readonly #hints: Hints;
  /** By origin and permission, because every document of an origin reports a refusal. */
  readonly #refusals = new Set<string>();
  readonly #limits = new Map<string, Bucket>();

  constructor(listener: NativeUiListener) {
    this.#listener = listener;
    this.#dialogs = new Dialogs(listener.tell);
    this.#selects = new Selects(listener.tell);
    this.#hints = new Hints(listener.tell);
  }

  /** The current state, for a new viewer. */
  get messages(): readonly ServerMessage[] {
    return [...this.#hints.messages, ...this.#dialogs.messages, ...this.#selects.messages];
  }

  /** Whether a dialog blocks the page. It then runs no script and paints nothing. */
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

  /** Handles a viewer's answer. Returns false if the message is not one. */
  receive(message: ViewerMessage): boolean {
    if (message.type === 'dialog') this.#dialogs.answer(message);
    else if (message.type === 'select') void this.#selects.answer(message);
    else return false;
    return true;
  }

  #note(page: Page, document: ObservedDocument, report: Report): void {
    if (report.kind === 'title') this.#listener.onTitle(page, report.title);
    else if (report.kind === 'refusal') this.#noteRefusal(`${report.origin} ${report.permission}`);
    else if (report.kind === 'picker') void closePicker(page, document);
    else if (report.kind === 'select') void this.#selects.note(page, document, report);
    else if (report.kind === 'cursor' || report.kind === 'focus' || report.kind === 'moved') this.#hints.note(page, document, report);
  }

  #noteRefusal(refusal: string): void {
    if (this.#refusals.has(refusal)) return;
    if (this.#refusals.size >= MAX_REFUSALS) this.#refusals.clear();
    this.#refusals.add(refusal);
    this.notice('permission_declined');
  }

  /** A page may cause notices as often as it likes, so their rate is limited. */
  notice(code: keyof typeof NOTICES): void {
    const limit = this.#limits.get(code) ?? new Bucket(MAX_NOTICES.atOnce, MAX_NOTICES.perSecond);
    this.#limits.set(code, limit);
    if (!limit.take()) return;
    this.#listener.tell({type: 'error', code, message: NOTICES[code]});
  }
}
