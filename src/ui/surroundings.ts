import {html} from 'lit';
import type {ReactiveController, ReactiveControllerHost, TemplateResult} from 'lit';
import type {Size} from '../protocol.js';
import {addSheet} from './sheets.js';
import {overlay, overlayKind} from './overlay.js';
import type {OverlayHost, OverlayKind} from './overlay.js';
import {wordsFor} from './texts.js';

/** What is around the picture needs of the element. */
export type SurroundingsHost = OverlayHost & ReactiveControllerHost & HTMLElement & {
  readonly renderRoot: HTMLElement | DocumentFragment;
  readonly viewport: Size | null;
};

/** Everything around the picture: its size on the page, the state as a custom state, in words and spoken. */
export class Surroundings implements ReactiveController {
  readonly #host: SurroundingsHost;
  /** A sheet of the element's own, where a policy against inline styles would forbid an attribute. */
  #sheet: CSSStyleSheet | undefined;
  #page: Document | undefined;
  #shape = '';
  #kind: OverlayKind | undefined;

  constructor(host: SurroundingsHost) {
    this.#host = host;
    const states = host.attachInternals?.().states;
    const showState = () => {
      try {
        states?.clear();
        states?.add(host.state);
      } catch {
        // Chromium before 125 has another syntax for custom states: it has none of ours.
      }
    };
    // The first listener: the page's own find the element in its new state.
    host.addEventListener('statechange', showState);
    host.addController(this);
  }

  hostUpdated(): void {
    this.#keepShape();
    const kind = overlayKind(this.#host);
    if (kind === this.#kind) return;
    this.#kind = kind;
    // One that is not to be seen yet is spoken of once it is: what is over in a moment is no news.
    const shown = this.#host.renderRoot.querySelector('[part=overlay]');
    if (!shown) this.#speak(wordsFor(this.#host).say('live'));
    else if (getComputedStyle(shown).opacity !== '0') this.#speakOverlay();
  }

  render(picture: TemplateResult): TemplateResult {
    const words = wordsFor(this.#host);
    return html`
      <div class="frame" lang=${words.lang}>
        <div class="stage">
          <div class="picture">${picture}</div>
          ${overlay(this.#host, words, () => this.#speakOverlay())}
        </div>
        <p class="spoken" role="status"></p>
      </div>
    `;
  }

  #speakOverlay(): void {
    const nodes = this.#host.renderRoot.querySelector<HTMLSlotElement>('[part=overlay] slot')?.assignedNodes({flatten: true}) ?? [];
    this.#speak(nodes.map(({textContent}) => textContent).join(' '));
  }

  /** Says it to a screen reader, once. */
  #speak(text: string): void {
    const region = this.#host.renderRoot.querySelector('.spoken');
    const words = text.replace(/\s+/g, ' ').trim();
    if (region && region.textContent !== words) region.textContent = words;
  }

  /** The natural size is the viewport's; the last one that was known, so that nothing jumps while another is on its way. */
  #keepShape(): void {
    const {viewport, shadowRoot: root, ownerDocument: page} = this.#host;
    if (!viewport || !root) return;
    const shape = `:host{--viewport-width:${viewport.width};--viewport-height:${viewport.height}}`;
    if (shape === this.#shape && page === this.#page) return;
    if (page !== this.#page) this.#sheet = addSheet(root);
    this.#page = page;
    this.#shape = shape;
    this.#sheet?.replaceSync(shape);
  }
}
