import {html, nothing} from 'lit';
import {keyed} from 'lit/directives/keyed.js';
import type {TextKey, Words} from './texts.js';

/** A short line over the picture about something that the picture cannot show. It disappears by itself. */
export class Notices {
  readonly #requestUpdate: () => void;
  #shown: {readonly key: TextKey; readonly name: string} | undefined;

  constructor(requestUpdate: () => void) {
    this.#requestUpdate = requestUpdate;
  }

  /** Shows a notice, and replaces the one before, even if it is the same. */
  show(key: TextKey, name: string): void {
    this.#shown = {key, name};
    this.#requestUpdate();
  }

  clear(): void {
    this.#shown = undefined;
    this.#requestUpdate();
  }

  /** @param onGone is called when the notice was visible for long enough. */
  render(words: Words, onGone: () => void): unknown {
    const gone = ({animationName}: AnimationEvent) => animationName === 'hide' && onGone();
    return this.#shown ? keyed(this.#shown, html`<p part="notice" @animationend=${gone}>${words.say(this.#shown.key, this.#shown.name)}</p>`) : nothing;
  }
}
