import type {ServerMessage} from 'chaser-live-view/protocol';
import type {ObservedDocument} from './observer/observer.js';
import type {Report} from './observer/report.js';
import type {Page} from './page.js';

interface PageHints {
  cursor: string;
  /** The document that has the focus in something editable. */
  editing?: {readonly document: ObservedDocument; readonly inputmode: string} | undefined;
}

/** What a player can do well to know: what the pointer looks like, and whether there is something to type into. */
export class Hints {
  readonly #tell: (message: ServerMessage) => void;
  readonly #pages = new WeakMap<Page, PageHints>();
  #front: Page | undefined;
  /** What was told last, by type. */
  readonly #told = new Map<string, string>();

  constructor(tell: (message: ServerMessage) => void) {
    this.#tell = tell;
    this.#update(() => {});
  }

  /** How things are in the page in front. */
  get messages(): readonly ServerMessage[] {
    const {cursor, editing} = (this.#front && this.#pages.get(this.#front)) ?? {cursor: 'default'};
    const inputmode = editing?.inputmode;
    return [{type: 'cursor', cursor}, {type: 'focus', editable: editing !== undefined, ...(inputmode && {inputmode})}];
  }

  setFront(page: Page | undefined): void {
    this.#front = page;
    this.#update();
  }

  note(page: Page, document: ObservedDocument, report: Extract<Report, {kind: 'cursor' | 'focus'}>): void {
    const hints = this.#pages.get(page) ?? {cursor: 'default'};
    this.#pages.set(page, hints);
    if (report.kind === 'cursor') hints.cursor = report.cursor;
    else if (report.isEditable) hints.editing = {document, inputmode: report.inputmode};
    else this.#leave(hints, document);
    this.#update();
  }

  /** The document is gone, and the focus that was in it. */
  forget(page: Page, document: ObservedDocument): void {
    const hints = this.#pages.get(page);
    if (hints) this.#leave(hints, document);
    this.#update();
  }

  #leave(hints: PageHints, document: ObservedDocument): void {
    if (hints.editing?.document === document) hints.editing = undefined;
  }

  #update(tell = this.#tell): void {
    for (const message of this.messages) {
      const text = JSON.stringify(message);
      if (this.#told.get(message.type) === text) continue;
      this.#told.set(message.type, text);
      tell(message);
    }
  }
}
