import type {Waiting} from './input-sender.js';
import {typedBy} from './keys.js';
import type {Stroke} from './keys.js';

export interface TypedKeyOptions {
  /** Flushes something in the next frame, or before anything else is sent. */
  readonly wait: (waiting: Waiting) => void;
  /** Presses the key in the session, where it types `text`. Without `text`, `key` decides. */
  readonly press: (event: KeyboardEvent, text?: string) => void;
}

/** Whether a key types something, judging by its `key`. */
export function mayType({key, modifiers}: Pick<Stroke, 'key' | 'modifiers'>): boolean {
  return key === 'Enter' ? !modifiers : Boolean(typedBy({key, modifiers})?.text);
}

/**
 * A key between its keydown and the input event that it causes. Under X11, an input method may commit text with a keydown that looks like any other:
 * after Compose and an apostrophe, which no page receives, the key `e` types `é`. Only the input event contains the `é`.
 */
export class TypedKey implements Waiting {
  readonly #options: TypedKeyOptions;
  #event: KeyboardEvent | undefined;
  /** How many frames have come since the keydown. */
  #frames = 0;

  constructor(options: TypedKeyOptions) {
    this.#options = options;
  }

  hold(event: KeyboardEvent): void {
    this.#event = event;
    this.#frames = 0;
    this.#options.wait(this);
  }

  /** Sends the key with the text that the field received. Returns false if no key typed this text. */
  take(text: string): boolean {
    const event = this.#event;
    this.#event = undefined;
    const isEnter = event?.key === 'Enter';
    if (!event || (isEnter ? text !== '\n' : !/^.$/u.test(text))) return false;
    this.#options.press(event, isEnter ? undefined : text);
    return true;
  }

  /** The field received nothing, so the key types nothing. Browsers fire the input event in a task of its own, which may come after one frame. */
  flush(isFrame?: boolean): void {
    if (isFrame && !this.#frames++) return this.#options.wait(this);
    const event = this.#event;
    this.#event = undefined;
    if (event) this.#options.press(event, event.key === 'Enter' ? undefined : '');
  }
}
