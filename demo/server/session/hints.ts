import type {ServerMessage} from 'chaser-live-view/protocol';
import {type Box, boxOf} from './element-box.js';
import type {ObservedDocument} from './observer/observer.js';
import type {Report} from './observer/report.js';
import type {Page} from './page.js';

/** A field that has the focus. */
interface Editing {
  readonly document: ObservedDocument;
  readonly inputmode: string;
  /** The field's box. Undefined until it is known. */
  box?: Box | undefined;
  /** Whether the browser is being asked for the position, and must be asked again because the field has moved. */
  asking: 'no' | 'once' | 'again';
  /** Requests the position once more if nothing has been reported for a while. */
  timer?: NodeJS.Timeout;
}

interface PageHints {
  cursor: string;
  editing?: Editing | undefined;
}

/**
 * A document checks every 250 ms where its focused element is. It does not report an element that has moved away and back between two
 * checks. A position that was read in between would stay wrong, so it is read once more after this time.
 */
const CONFIRM_MS = 400;
/** Larger distances are not reported, because no message allows them. */
const MAX_COORDINATE = 1e5;

/** What a player needs to know: the shape of the pointer, and whether and where there is a focused text field. */
export class Hints {
  readonly #tell: (message: ServerMessage) => void;
  readonly #pages = new WeakMap<Page, PageHints>();
  #front: Page | undefined;
  /** What was sent last, by type. */
  readonly #told = new Map<string, string>();

  constructor(tell: (message: ServerMessage) => void) {
    this.#tell = tell;
    this.#update(() => {});
  }

  /** The current state of the active page. */
  get messages(): readonly ServerMessage[] {
    const {cursor, editing} = (this.#front && this.#pages.get(this.#front)) ?? {cursor: 'default'};
    const inputmode = editing?.inputmode;
    return [{type: 'cursor', cursor}, {type: 'focus', editable: editing !== undefined, ...(inputmode && {inputmode}), ...editing?.box}];
  }

  setFront(page: Page | undefined): void {
    this.#front = page;
    this.#update();
  }

  note(page: Page, document: ObservedDocument, report: Extract<Report, {kind: 'cursor' | 'focus' | 'moved'}>): void {
    const hints = this.#pages.get(page) ?? {cursor: 'default'};
    this.#pages.set(page, hints);
    if (report.kind === 'cursor') hints.cursor = report.cursor;
    else if (report.kind === 'focus' && report.isEditable) hints.editing = {document, inputmode: report.inputmode, asking: 'no'};
    else if (report.kind === 'focus') this.#leave(hints, document);
    this.#update();
    // A frame may have moved, and the field in it too.
    if (report.kind !== 'cursor') void this.#locate(page);
  }

  /** The document is gone, and with it the focus in it. */
  forget(page: Page, document: ObservedDocument): void {
    const hints = this.#pages.get(page);
    if (hints) this.#leave(hints, document);
    this.#update();
  }

  #leave(hints: PageHints, document: ObservedDocument): void {
    if (hints.editing?.document === document) hints.editing = undefined;
  }

  /** Asks for the position of the focused field, one question at a time. */
  async #locate(page: Page): Promise<void> {
    const editing = this.#pages.get(page)?.editing;
    if (!editing) return;
    if (editing.asking !== 'no') {
      editing.asking = 'again';
      return;
    }
    editing.asking = 'once';
    clearTimeout(editing.timer);
    const box = await boxOf(page, editing.document, 'chaserObserver.field()').catch(() => undefined);
    const isAskedAgain = editing.asking !== 'once';
    editing.asking = 'no';
    const before = JSON.stringify(editing.box);
    editing.box = box && Math.max(...Object.values(box).map(Math.abs)) <= MAX_COORDINATE ? box : undefined;
    this.#update();
    if (isAskedAgain) void this.#locate(page);
    else if (JSON.stringify(editing.box) !== before) editing.timer = setTimeout(() => void this.#locate(page), CONFIRM_MS).unref();
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
