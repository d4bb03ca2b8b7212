import {html, nothing} from 'lit';
import {keyed} from 'lit/directives/keyed.js';
import {NOTICES} from './texts.js';
import type {TextKey, Words} from './texts.js';

/** A short line over the picture about something that the picture cannot show. It disappears by itself. */
export class Notices {
  readonly #requestUpdate: () => void;
  #shown: {readonly key: TextKey} | undefined;

  constructor(requestUpdate: () => void) {
    this.#requestUpdate = requestUpdate;
  }

  /**
   * Shows a notice, and replaces the one before, even if it is the same.
   * @param code as in a server's `error` message. An unknown code gets a general text.
   * @returns the key of the text.
   */
  show(code: string): TextKey {
    return this.say(NOTICES.find((known) => known === code) ?? 'something_else');
  }

  /** Shows a text of the element's own. */
  say(key: TextKey): TextKey {
    this.#shown = {key};
    this.#requestUpdate();
    return key;
  }

  clear(): void {
    this.#shown = undefined;
    this.#requestUpdate();
  }

  /** @param onGone is called when the notice was visible for long enough. */
  render(words: Words, onGone: () => void): unknown {
    const gone = ({animationName}: AnimationEvent) => animationName === 'hide' && onGone();
    return this.#shown ? keyed(this.#shown, html`<p part="notice" @animationend=${gone}>${words.say(this.#shown.key)}</p>`) : nothing;
  }
}
