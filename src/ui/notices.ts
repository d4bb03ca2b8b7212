import {html, nothing} from 'lit';
import {keyed} from 'lit/directives/keyed.js';
import {NOTICES} from './texts.js';
import type {TextKey, Words} from './texts.js';

/** What has just happened in the session that no picture shows: a short line over the picture, which goes by itself. */
export class Notices {
  readonly #requestUpdate: () => void;
  #shown: {readonly key: TextKey} | undefined;

  constructor(requestUpdate: () => void) {
    this.#requestUpdate = requestUpdate;
  }

  /**
   * Shows a notice in the place of the one before, which may be the same.
   * @param code as in a server's `error` message; of one that is not known it is said that there is something.
   * @returns What to say.
   */
  show(code: string): TextKey {
    return this.say(NOTICES.find((known) => known === code) ?? 'something_else');
  }

  /** The same in words of the element's own. */
  say(key: TextKey): TextKey {
    this.#shown = {key};
    this.#requestUpdate();
    return key;
  }

  clear(): void {
    this.#shown = undefined;
    this.#requestUpdate();
  }

  /** @param onGone is told that it was there for long enough. */
  render(words: Words, onGone: () => void): unknown {
    const gone = ({animationName}: AnimationEvent) => animationName === 'hide' && onGone();
    return this.#shown ? keyed(this.#shown, html`<p part="notice" @animationend=${gone}>${words.say(this.#shown.key)}</p>`) : nothing;
  }
}
