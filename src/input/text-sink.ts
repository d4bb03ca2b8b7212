import type {ComposeMessage} from '../protocol.js';
import type {Waiting} from './input-sender.js';
import {backspaceUnits} from './split-text.js';

export interface TextSinkOptions {
  /** Whether the session accepts input now. What is written meanwhile is lost. */
  readonly isAccepted: () => boolean;
  readonly sendText: (text: string) => void;
  readonly compose: (message: ComposeMessage) => void;
  /** Schedules a flush of the composed text for the next frame, or before anything else is sent. */
  readonly wait: (waiting: Waiting) => void;
  /** Presses and releases a key. */
  readonly pressKey: (key: string) => void;
}

/** There is always a character before the caret, because Backspace in an empty field fires no event. */
const PAD = '\u200b';
/** An input method has no use for text longer than this. */
const MAX_CONTEXT = 200;

/**
 * The hidden field that input methods and on-screen keyboards write to, instead of the canvas. The session gets every change of
 * the field's text, however it came about: swiped, suggested, corrected, picked.
 */
export class TextSink implements Waiting {
  readonly #options: TextSinkOptions;
  #area: HTMLTextAreaElement | undefined;
  /** The part of the field's text that the session has. Its caret is at the end. */
  #sent = PAD;
  /** Where the composed text is in the field: how much text is before and after it. */
  #composition: {readonly before: number; readonly after: number} | undefined;
  /** Whether the session should show composed text, and the part that it does not know yet. */
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

  /** Starts with an empty field, because the session's caret has moved. Not during a composition, which that would end. */
  reset(): void {
    const area = this.#area;
    if (!area || this.isComposing) return;
    this.#sent = PAD;
    // This also moves the caret to the end. Setting the caret by itself would take the focus in Safari.
    if (area.value !== PAD) area.value = PAD;
  }

  /** Abandons the composed text, here and in the session. */
  abandon(): void {
    this.#composition = undefined;
    this.#setComposed();
    this.reset();
  }

  flush(): void {
    const message = this.#unsent;
    this.#unsent = undefined;
    // Abandoned text is removed from the session even if no input is accepted any more.
    if (message && (!message.text || this.#options.isAccepted())) this.#options.compose(message);
  }

  /** An input method may take up a word that is already there: `data` is that word. */
  #start({value, selectionStart}: HTMLTextAreaElement, data: string): void {
    const before = Math.max(PAD.length, value.lastIndexOf(data, selectionStart));
    this.#composition = {before, after: value.length - before - data.length};
  }

  /** Browsers disagree on whether the last change comes before or after this event, so the field's text decides. */
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

  /** Makes the session delete and type so that its text equals the field's. */
  #take(value: string): void {
    const units = backspaceUnits(this.#sent);
    let same = 0;
    let kept = 0;
    for (const unit of units) {
      if (!value.startsWith(unit, same)) break;
      same += unit.length;
      kept++;
    }
    const inserted = value.slice(same).replaceAll(PAD, '');
    this.#sent = value;
    if (!this.#options.isAccepted()) return;
    if (kept < units.length) this.#setComposed();
    for (; kept < units.length; kept++) this.#options.pressKey('Backspace');
    if (!inserted) return;
    // Committed text replaces composed text. Browsers report it as composed once more just before.
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
