import {html, nothing} from 'lit';
import type {TemplateResult} from 'lit';
import type {LiveViewState} from '../events.js';
import {button} from './button.js';
import type {Words} from './texts.js';

/** What the overlay is about: a state, or that the page holds the stream. */
export type OverlayKind = Exclude<LiveViewState, 'live'> | 'paused';

/** What the overlay needs to know of the element, and what its one button can do. */
export interface OverlayHost {
  readonly state: LiveViewState;
  paused: boolean;
  readonly src: string;
  readonly previewToken: object | null;
  readonly tokenEndpoint: string;
  readonly tokenProvider: unknown;
  connect(): void;
}

/** What to cover the picture with; undefined while it can be trusted. */
export function overlayKind({state, paused}: OverlayHost): OverlayKind | undefined {
  if (paused && (state === 'live' || state === 'stalled')) return 'paused';
  return state === 'live' ? undefined : state;
}

/** The state in plain words, and the one thing to do about it. Words of the page, in a slot of the state's name, replace them. */
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
