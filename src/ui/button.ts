import {html} from 'lit';
import type {TemplateResult} from 'lit';
import type {TextKey, Words} from './texts.js';

/** A button that says what it does; without an action it submits the form that it is in. */
export function button(words: Words, key: TextKey, act?: () => void): TemplateResult {
  return html`<button part="button" class=${key} type=${act ? 'button' : 'submit'} @click=${act}>${words.say(key)}</button>`;
}
