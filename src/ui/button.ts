import {html, nothing, svg} from 'lit';
import type {TemplateResult} from 'lit';
import type {TextKey, Words} from './texts.js';

/** The buttons' icons, for a bar that is one row of icons. Paths in a square of 24. */
const ICONS: Partial<Record<TextKey, string>> = {
  watchOnly: 'M2 12q10-14 20 0-10 14-20 0m7 0a3 3 0 1 0 6 0 3 3 0 1 0-6 0',
  takeControl: 'M6 3v15l4-4 3 7 3-1-3-7h5z',
  keyboard: 'M2 6h20v12H2zm4 4h1m4 0h1m4 0h1M6 14h12',
  zoom: 'M4 10a6 6 0 1 0 12 0 6 6 0 1 0-12 0m11 5 6 6M10 7v6m-3-3h6',
  screenshot: 'M3 7h4l2-3h6l2 3h4v12H3zm6 6a3 3 0 1 0 6 0 3 3 0 1 0-6 0',
  fullScreen: 'M3 9V3h6m6 0h6v6m0 6v6h-6m-6 0H3v-6',
  pictureInPicture: 'M3 4h18v16H3zm9 8h7v6h-7z',
};

/** A button with a text. Without an action, it submits its form. */
export function button(words: Words, key: TextKey, act?: () => void): TemplateResult {
  const icon = ICONS[key];
  return html`<button part="button" class=${key} type=${act ? 'button' : 'submit'} @click=${act}>${
    icon ? html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${icon}></path>`}</svg>` : nothing
  }<span>${words.say(key)}</span></button>`;
}
