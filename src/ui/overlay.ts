import {html, nothing} from 'lit';
import type {TemplateResult} from 'lit';
import type {LiveViewState} from '../events.js';
import type {TextKey, Words} from './texts.js';

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
  const canMint = Boolean(host.tokenProvider) || host.tokenEndpoint !== '';
  const canConnect = canMint || host.src !== '' || host.previewToken !== null;
  const action = actionFor(kind, canMint, canConnect);
  return html`
    <div part="overlay" class=${kind} @animationstart=${onShown}>
      <slot name=${kind}>
        <p part="status">${words.say(kind)}${kind === 'expired' && !canMint ? html`<br> ${words.say('reload')}` : nothing}</p>
      </slot>
      ${action ? html`<button part="button" @click=${() => act(host, kind)}>${words.say(action)}</button>` : nothing}
    </div>
  `;
}

function actionFor(kind: OverlayKind, canMint: boolean, canConnect: boolean): TextKey | undefined {
  switch (kind) {
    case 'idle':
      return canConnect ? 'connect' : undefined;
    case 'expired':
      return canMint ? 'resume' : undefined;
    case 'failed':
      return canConnect ? 'retry' : undefined;
    case 'paused':
      return 'resume';
    default:
      return undefined;
  }
}

function act(host: OverlayHost, kind: OverlayKind): void {
  if (kind === 'paused') host.paused = false;
  else host.connect();
}
