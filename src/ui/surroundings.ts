import {html, nothing} from 'lit';
import type {ReactiveController, ReactiveControllerHost, TemplateResult} from 'lit';
import type {
  ControlMessage, DialogClosedMessage, DialogMessage, DownloadMessage, FileChooserClosedMessage, FileChooserMessage, HandoffClosedMessage,
  HandoffMessage, SelectMessage,
} from '../protocol.js';
import {controls, latency} from './controls.js';
import type {ControlsHost, ControlsOptions} from './controls.js';
import {Dialogs} from './dialogs.js';
import type {DialogsHost, DialogsOptions} from './dialogs.js';
import {Driving} from './driving.js';
import {HandoffStrip} from './handoff.js';
import type {HandoffOptions} from './handoff.js';
import {Downloads} from './downloads.js';
import {Notices} from './notices.js';
import {overlay, overlayKind} from './overlay.js';
import type {OverlayKind} from './overlay.js';
import {STYLES, TALLER} from './styles.js';
import {wordsFor} from './texts.js';
import type {TextKey} from './texts.js';

/** What is around the picture needs of the element. */
export type SurroundingsHost = ControlsHost & DialogsHost & ReactiveControllerHost & {readonly controls: boolean};

export interface SurroundingsOptions extends DialogsOptions, ControlsOptions, Omit<HandoffOptions, 'speak' | 'send'> {
  /** The host and port that the stream comes from. */
  readonly previewHost: () => string;
  /** Whether the token allows input. */
  readonly isInputAllowed: () => boolean;
  readonly send: DialogsOptions['send'] & HandoffOptions['send'];
  /** Forgets what is held: this viewer drives no more. */
  readonly letGo: () => void;
  /** A tap at the picture's rim, where a swipe is the page's. */
  readonly tap: (event: MouseEvent) => void;
}

/** What is shown around the picture, and not in it. */
export type SurroundingsMessage =
  | ControlMessage | DialogMessage | DialogClosedMessage | SelectMessage | DownloadMessage | FileChooserMessage | FileChooserClosedMessage
  | HandoffMessage | HandoffClosedMessage;

/** How often the latency on the bar is read, while there is a bar and somebody to see it. */
const LATENCY_INTERVAL_MS = 1000;

/** Everything around the picture: its size on the page, its state in words, the control bar, the session's dialogs. */
export class Surroundings implements ReactiveController {
  readonly handoff: HandoffStrip;
  readonly driving: Driving;
  readonly #host: SurroundingsHost;
  readonly #options: SurroundingsOptions;
  readonly #dialogs: Dialogs;
  readonly #downloads: Downloads;
  readonly #notices: Notices;
  #sheet: CSSStyleSheet | undefined;
  #page: Document | undefined;
  #viewportRule = '';
  #shape = '';
  #kind: OverlayKind | undefined;
  #latencyTimer: ReturnType<typeof setInterval> | undefined;
  /** A page may change its language while it is shown. */
  #languages: MutationObserver | undefined;

  constructor(host: SurroundingsHost, options: SurroundingsOptions) {
    this.#host = host;
    this.#options = options;
    this.#dialogs = new Dialogs(host, options);
    this.handoff = new HandoffStrip(host, {...options, speak: (key, text) => this.#say(key, text)});
    this.driving = new Driving(host, () => {
      options.letGo();
      this.refuse();
    });
    this.#downloads = new Downloads(host, options.previewHost);
    this.#notices = new Notices(() => host.requestUpdate());
    const states = host.attachInternals?.().states;
    const showState = () => {
      try {
        states?.clear();
        states?.add(host.state);
      } catch {
        // Chromium before 125 has another syntax for custom states: it has none of ours.
      }
    };
    showState();
    // The first listener: the page's own find the element in its new state.
    host.addEventListener('statechange', () => {
      if (host.state !== 'live' && host.state !== 'stalled') {
        this.#dialogs.clear();
        this.#notices.clear();
        if (host.state !== 'reconnecting') this.driving.clear();
      }
      this.handoff.follow(host.state);
      showState();
    });
    host.addController(this);
  }

  hostUpdated(): void {
    this.#dress();
    this.#watchLatency();
    this.#dialogs.updated();
    this.handoff.updated();
    const kind = overlayKind(this.#host);
    if (kind === this.#kind) return;
    this.#kind = kind;
    // One that is not to be seen yet is spoken of once it is: what is over in a moment is no news.
    const shown = this.#host.renderRoot.querySelector('[part=overlay]');
    if (!shown) this.#speak(wordsFor(this.#host).say('live'));
    else if (getComputedStyle(shown).opacity !== '0') this.#speakOverlay();
  }

  hostConnected(): void {
    this.#languages = new MutationObserver(() => this.#host.requestUpdate());
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    clearInterval(this.#latencyTimer);
    this.handoff.stop();
    this.#languages?.disconnect();
  }

  receive(message: SurroundingsMessage): void {
    switch (message.type) {
      case 'dialog':
      case 'dialog_closed':
      case 'select':
        this.#dialogs.receive(message);
        break;
      case 'download':
        this.#downloads.receive(message);
        break;
      case 'handoff':
      case 'handoff_closed':
        this.handoff.receive(message);
        break;
      case 'control':
        this.driving.receive(message);
        break;
    }
  }

  render(picture: TemplateResult): TemplateResult {
    const host = this.#host;
    const words = wordsFor(host, (root) => this.#languages?.observe(root, {attributeFilter: ['lang'], subtree: true}));
    return html`
      <div class="frame" lang=${words.lang}>
        <div class="stage">
          <svg></svg>
          <div class="picture" ?inert=${this.#dialogs.isOpen}>${picture}</div>
          <div class="ring"><span id="hint">${this.#refusal ? words.say(this.#refusal) : html`${words.say('keyboardIsThere')}<span class="keys"> · Ctrl+Alt+Shift: ${words.say('leave')}</span>`}</span></div>
          <div class="rim" @click=${this.#options.tap}></div>
          ${this.#notices.render(words, () => this.#endNotice())}
          ${overlay(host, words, () => this.#speakOverlay())}
          ${this.#dialogs.render(words)}
        </div>
        ${this.handoff.render(words)}
        ${this.#downloads.render(words)}
        ${host.controls ? controls(host, words, this.#options.isInputAllowed(), {...this.#options, refused: () => this.hint('notPossible')}) : nothing}
        <p class="spoken" role="status"></p>
      </div>
    `;
  }

  /** Somebody clicked or typed, and it was not accepted: they are told why, where the overlay does not say so. */
  refuse(): void {
    const refusal = this.#refusal;
    if (!refusal) return;
    for (const animation of this.#host.renderRoot.querySelector('#hint')?.getAnimations() ?? []) {
      animation.cancel();
      animation.play();
    }
    this.#say(refusal);
  }

  /** Something has happened in the session that no picture shows; `code` is the server's. */
  notice(code: string): void {
    this.#speak(wordsFor(this.#host).say(this.#notices.show(code)));
  }

  /** Tells the person how to go about it, for a moment. */
  hint(key: TextKey): void {
    this.#speak(wordsFor(this.#host).say(this.#notices.say(key)));
  }

  /** The same may be said again. */
  #endNotice(): void {
    this.#notices.clear();
    this.#speak('');
  }

  /** Why input is not accepted: only watching is allowed, or another viewer drives. What the token allows is known with the viewport. */
  get #refusal(): 'watchOnly' | 'otherDrives' | undefined {
    if (this.#host.readOnly || (this.#host.viewport !== null && !this.#options.isInputAllowed())) return 'watchOnly';
    return this.driving.driver === 'other' ? 'otherDrives' : undefined;
  }

  #say(key: TextKey, text = ''): void {
    this.#speak(`${wordsFor(this.#host).say(key)} ${text}`);
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

  /**
   * The natural size is the viewport's; the last one that was known, so that nothing jumps while another is on its way. A
   * sheet that was made in one document is refused by all others: https://github.com/lit/lit-element/issues/1139
   */
  #dress(): void {
    const {viewport, shadowRoot: root, ownerDocument: page} = this.#host;
    // A document that nobody sees has no window.
    const window = page.defaultView;
    if (viewport) this.#viewportRule = `:host{--viewport-width:${viewport.width};--viewport-height:${viewport.height}}`;
    const shape = this.#viewportRule + (this.handoff.isShown ? TALLER : '');
    if (!root || !window || (page === this.#page && shape === this.#shape)) return;
    if (page !== this.#page) root.adoptedStyleSheets = [this.#sheet = new window.CSSStyleSheet()];
    this.#page = page;
    this.#shape = shape;
    this.#sheet?.replaceSync(STYLES + shape);
  }

  #watchLatency(): void {
    const shown = this.#host.renderRoot.querySelector('.latency');
    clearInterval(this.#latencyTimer);
    if (shown && this.#host.state === 'live') this.#latencyTimer = setInterval(() => {
      if (!document.hidden) shown.textContent = latency(this.#host);
    }, LATENCY_INTERVAL_MS);
  }
}
