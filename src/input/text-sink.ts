import type {ComposeMessage} from '../protocol.js';
import type {Waiting} from './input-sender.js';
import {graphemes} from './split-text.js';

export interface TextSinkOptions {
  /** Whether input goes to the session now; what is written meanwhile is lost. */
  readonly isAccepted: () => boolean;
  readonly sendText: (text: string) => void;
  readonly compose: (message: ComposeMessage) => void;
  /** Has what is composed flushed in the next frame, or before anything else is sent. */
  readonly wait: (waiting: Waiting) => void;
  /** Presses a key and lets it go. */
  readonly pressKey: (key: string) => void;
}

/** There is always something before the caret: a Backspace in an empty field is no event. */
const PAD = '\u200b';
/** A text that has grown longer than this is of no more use to an input method. */
const MAX_CONTEXT = 200;

/**
 * The hidden field that input methods and on-screen keyboards write to, in place of the canvas. What has changed in it
 * since it was last looked at is what the session gets, however it came about: swiped, suggested, corrected, picked.
 */
export class TextSink implements Waiting {
  readonly #options: TextSinkOptions;
  #area: HTMLTextAreaElement | undefined;
  /** What of the field the session has; its caret is at the end of it. */
  #sent = PAD;
  /** Where the composed text is in the field: how much is before it and after it. */
  #composition: {readonly before: number; readonly after: number} | undefined;
  /** Whether the session is to show something as composed now, and what it does not know of that yet. */
  #hasComposed = false;
  #unsent: ComposeMessage | undefined;

  constructor(options: TextSinkOptions) {
    this.#options = options;
  }

  listen(area: HTMLTextAreaElement, signal: AbortSignal): void {
    this.#area = area;
    this.reset();
    area.addEventListener('compositionstart', ({data}) => this.#start(area, data), {signal});
    area.addEventListener('input', () => this.#change(area), {signal});
    area.addEventListener('compositionend', () => this.#end(area), {signal});
  }

  get isComposing(): boolean {
    return this.#composition !== undefined;
  }

  /** Starts afresh, as the session's caret is somewhere else now. Not while something is composed: that would end it. */
  reset(): void {
    const area = this.#area;
    if (!area || this.isComposing) return;
    this.#sent = PAD;
    // The caret goes to the end with it; to set the caret by itself would take the focus, in Safari.
    if (area.value !== PAD) area.value = PAD;
  }

  /** Abandons what is composed, here and in the session. */
  abandon(): void {
    this.#composition = undefined;
    this.#setComposed();
    this.reset();
  }

  flush(): void {
    const message = this.#unsent;
    this.#unsent = undefined;
    // What is abandoned is not left standing in the session, even where nothing is accepted any more.
    if (message && (!message.text || this.#options.isAccepted())) this.#options.compose(message);
  }

  /** An input method may take up a word that is there already: `data` is that word. */
  #start({value, selectionStart}: HTMLTextAreaElement, data: string): void {
    const before = Math.max(PAD.length, value.lastIndexOf(data, selectionStart));
    this.#composition = {before, after: value.length - before - data.length};
  }

  /** Browsers disagree on whether the last change comes before or after this: the field knows. */
  #end(area: HTMLTextAreaElement): void {
    this.#composition = undefined;
    this.#take(area.value);
    this.#setComposed();
  }

  #change({value, selectionStart, selectionEnd}: HTMLTextAreaElement): void {
    if (!this.#composition) {
      this.#take(value);
      if (!value.startsWith(PAD) || value.length > MAX_CONTEXT || value.endsWith('\n')) this.reset();
      return;
    }
    const {before, after} = this.#composition;
    const end = Math.max(before, value.length - after);
    this.#take(value.slice(0, before) + value.slice(end));
    const within = (at: number) => Math.min(Math.max(at, before), end) - before;
    this.#setComposed(value.slice(before, end), within(selectionStart), within(selectionEnd));
  }

  /** Has the session delete and type what makes its text the field's. */
  #take(value: string): void {
    let same = 0;
    while (same < value.length && value[same] === this.#sent[same]) same++;
    // Half of a surrogate pair is no character.
    if (/[\uD800-\uDBFF]/.test(value.charAt(same - 1))) same--;
    const deleted = this.#sent.slice(same);
    const inserted = value.slice(same).replaceAll(PAD, '');
    this.#sent = value;
    if (!this.#options.isAccepted()) return;
    if (deleted) this.#setComposed();
    for (let left = graphemes(deleted); left > 0; left--) this.#options.pressKey('Backspace');
    if (!inserted) return;
    // What is committed takes the place of what is composed: browsers tell of it as composed once more just before.
    this.#hasComposed = false;
    this.#unsent = undefined;
    if (inserted === '\n') this.#options.pressKey('Enter');
    else this.#options.sendText(inserted);
  }

  #setComposed(text = '', selectionStart = 0, selectionEnd = 0): void {
    if (!text && !this.#hasComposed) return;
    this.#hasComposed = text !== '';
    this.#unsent = {type: 'compose', text, selectionStart, selectionEnd};
    this.#options.wait(this);
  }
}
