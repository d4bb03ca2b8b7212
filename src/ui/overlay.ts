import {html, nothing} from 'lit';
import type {TemplateResult} from 'lit';
import type {LiveViewState} from '../events.js';
import {button} from './button.js';
import type {Words} from './texts.js';

/** What the overlay shows: a state, or that the page has paused the stream. */
export type OverlayKind = Exclude<LiveViewState, 'live'> | 'paused';

/** The element, as the overlay sees it. */
export interface OverlayHost {
  readonly state: LiveViewState;
  paused: boolean;
  readonly src: string;
  readonly previewToken: object | null;
  readonly tokenEndpoint: string;
  readonly tokenProvider: unknown;
  connect(): void;
}

/** What to cover the picture with. Undefined while the picture is up to date. */
export function overlayKind({state, paused}: OverlayHost): OverlayKind | undefined {
  if (paused && (state === 'live' || state === 'stalled')) return 'paused';
  return state === 'live' ? undefined : state;
}

/** The state as text, and a button for what can be done about it. The page's content in the state's slot replaces the text. */
export function overlay(host: OverlayHost, words: Words, onShown: () => void): TemplateResult | typeof nothing {
  const kind = overlayKind(host);
  if (!kind) return nothing;
  const canMint = host.tokenProvider || host.tokenEndpoint;
  const canResume = kind === 'paused' || (kind === 'expired' && canMint)
    || ((kind === 'idle' || kind === 'failed') && (canMint || host.src || host.previewToken));
  const resume = () => kind === 'paused' ? host.paused = false : host.connect();
  return html`
    <div part="overlay" class="cover ${kind}" @animationstart=${onShown}>
      <slot name=${kind}>
        <p part="status">${words.say(kind)}${kind === 'expired' && !canMint ? html`<br> ${words.say('reload')}` : nothing}</p>
      </slot>
      ${canResume ? button(words, kind === 'failed' ? 'retry' : 'resume', resume) : nothing}
    </div>
  `;
}
