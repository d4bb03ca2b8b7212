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
import {NOTICES, wordsFor} from './texts.js';
import type {TextKey} from './texts.js';

/** The element, as the parts around the picture see it. */
export type SurroundingsHost = ControlsHost & DialogsHost & ReactiveControllerHost & {readonly controls: boolean};

export interface SurroundingsOptions extends Omit<DialogsOptions, 'canGive' | 'onUnreadable'>, ControlsOptions, Omit<HandoffOptions, 'speak' | 'send'> {
  /** The host and port of the stream. */
  readonly previewHost: () => string;
  /** Whether the token allows input. */
  readonly isInputAllowed: () => boolean;
  readonly send: DialogsOptions['send'] & HandoffOptions['send'];
  /** Forgets what is held, because this viewer is no longer the driver. */
  readonly letGo: () => void;
  /** A tap at the picture's edge, where swipes belong to the page. */
  readonly tap: (event: MouseEvent) => void;
}

/** The parts that are shown around the picture. */
export type SurroundingsMessage =
  | ControlMessage | DialogMessage | DialogClosedMessage | SelectMessage | DownloadMessage | FileChooserMessage | FileChooserClosedMessage
  | HandoffMessage | HandoffClosedMessage;

/** How often the latency on the bar is updated while it is visible. */
const LATENCY_INTERVAL_MS = 1000;

/** Everything around the picture: its size on the page, the state as text, the control bar, the session's dialogs. */
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
  /** A page may change its language at any time. */
  #languages: MutationObserver | undefined;

  constructor(host: SurroundingsHost, options: SurroundingsOptions) {
    this.#host = host;
    this.#options = options;
    this.#dialogs = new Dialogs(host, {
      ...options, canGive: () => options.canAnswer() && this.driving.driver !== 'other', onUnreadable: (name) => this.hint('unreadable', name),
      // The server would refuse the answer, and the question stays.
      send: (answer) => {
        if (this.driving.driver !== 'other') return options.send(answer);
        this.hint('otherDrives');
        return false;
      },
    });
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
        // Chromium before 125 has another syntax for custom states, and gets none.
      }
    };
    showState();
    // The first listener, so that the page's own listeners find the element in its new state.
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

  hostUpdate(): void {
    // The next session is another one.
    if (!this.#host.viewport) this.#downloads.clear();
  }

  hostUpdated(): void {
    this.#dress();
    this.#watchLatency();
    if (this.#host.readOnly || this.driving.driver === 'other') this.#dialogs.uploads.stop();
    this.#dialogs.updated();
    this.handoff.updated();
    const kind = overlayKind(this.#host);
    if (kind === this.#kind) return;
    this.#kind = kind;
    // An overlay that is still invisible is announced when it appears: a short interruption is not announced.
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
      case 'file_chooser':
      case 'file_chooser_closed':
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

  /** Files were dropped on the view. They go to the session's page if it asks for files. */
  drop(files: readonly File[]): void {
    if (!this.#dialogs.drop(files)) this.notice('file_drop_declined');
  }

  /** A click or key was not accepted: shows why, unless the overlay says so already. */
  refuse(): void {
    const refusal = this.#refusal;
    if (!refusal) return;
    for (const animation of this.#host.renderRoot.querySelector('#hint')?.getAnimations() ?? []) {
      animation.cancel();
      animation.play();
    }
    this.#say(refusal);
  }

  /** Shows that something has happened in the session. `code` is the server's; one that is not known here gets a general text. */
  notice(code: string): void {
    this.hint(NOTICES.find((known) => known === code) ?? 'something_else');
  }

  /** Shows the person a text for a moment, over the picture. `name` is what it is about. */
  hint(key: TextKey, name = ''): void {
    this.#notices.show(key, name);
    this.#speak(wordsFor(this.#host).say(key, name));
  }

  /** Clears the notice, so that the same text can be announced again. */
  #endNotice(): void {
    this.#notices.clear();
    this.#speak('');
  }

  /** Why input is not accepted: watch-only, or another viewer is in control. What the token allows is known with the viewport. */
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

  /** Announces a text to screen readers, once. */
  #speak(text: string): void {
    const region = this.#host.renderRoot.querySelector('.spoken');
    const words = text.replace(/\s+/g, ' ').trim();
    if (region && region.textContent !== words) region.textContent = words;
  }

  /**
   * The natural size is the viewport's. Without one, the last known size stays, so that the layout does not jump. A
   * sheet made in one document cannot be used in another: https://github.com/lit/lit-element/issues/1139
   */
  #dress(): void {
    const {viewport, shadowRoot: root, ownerDocument: page} = this.#host;
    // A document without a browsing context has no window.
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
