import {LitElement, html} from 'lit';
import type {PropertyDeclarations, PropertyValues, TemplateResult} from 'lit';
import type {LiveViewError} from './errors.js';
import {InputChangeEvent, PageChangeEvent, ZoomChangeEvent} from './events.js';
import type {Handoff, LiveViewEventMap, LiveViewState} from './events.js';
import {focusAfter} from './input/focus-after.js';
import type {LiveViewFit} from './input/geometry.js';
import {InputController} from './input/input-controller.js';
import type {Navigation, PreviewToken, Size, Tab} from './protocol.js';
import {TOKEN_ENDPOINT, conform, flag} from './properties.js';
import {SessionTabs} from './session-tabs.js';
import type {SnapshotOptions} from './stream/snapshot.js';
import type {LiveViewStats} from './stream/stats.js';
import {StreamController} from './stream/stream-controller.js';
import type {SessionMessage} from './stream/stream-controller.js';
import {isSameToken} from './stream/token-source.js';
import type {TokenProvider} from './stream/token-source.js';
import {Surroundings} from './ui/surroundings.js';

const GIVEN_TOKENS = ['src', 'previewToken'] as const;
const TOKENS = [...GIVEN_TOKENS, 'tokenEndpoint', 'tokenProvider'] as const;

/**
 * Watches a remote browser session live, and takes it over with mouse, touch and keyboard.
 *
 * A block that is sized by CSS, like `<video>`: its natural size is the session's viewport.
 *
 * @summary A live view of a remote browser session.
 * @tagname chaser-live-view
 *
 * @fires {StateChangeEvent} statechange - `state` changed; has `state` and `previousState`.
 * @fires {FrameEvent} frame - A frame is on the canvas; has `width`, `height` and `frame`, its number on this connection.
 * @fires {ViewportChangeEvent} viewportchange - `viewport` changed; has `width` and `height`.
 * @fires {LiveViewErrorEvent} error - Something went wrong; has `error`, a `LiveViewError` with `code`, `message`, `fatal` and `cause`.
 * @fires {InputChangeEvent} inputchange - `inputEnabled` changed; has `inputEnabled`.
 * @fires {ClipboardTextEvent} clipboard - Something was copied in the session; has `text`, `html` and `by`. Unless canceled, what the person copied themselves is offered to their clipboard.
 * @fires {DialogEvent} dialog - A native dialog blocks the session's page; has `id`, `kind`, `message` and `defaultValue`. A page that cancels it shows its own and calls `respond(accept, text?)`.
 * @fires {DialogClosedEvent} dialogclosed - A dialog was answered, here or elsewhere; has `id`.
 * @fires {HandoffEvent} handoff - A person is asked for; has `id`, `instructions` and `expiresAt`. A page that cancels it shows its own and calls `respond(status, note?)`.
 * @fires {HandoffClosedEvent} handoffclosed - Nobody is asked for any more; has `id` and `status`.
 * @fires {ControlChangeEvent} controlchange - `driver` or `viewers` changed; has both.
 * @fires {PageChangeEvent} pagechange - The session's top document changed; has `url` and `title`.
 * @fires {TabsChangeEvent} tabschange - `tabs`, `canGoBack`, `canGoForward`, `loading` or `navigation` changed.
 * @fires {DownloadEvent} download - The session has downloaded a file; has `name`, `size` and `url`. Unless canceled, the element offers it as a link to save.
 * @fires {ZoomChangeEvent} zoomchange - `zoom` changed; has `zoom`.
 *
 * @csspart canvas - The picture.
 * @csspart overlay - What covers the picture while there is none to trust.
 * @csspart status - The words on the state.
 * @csspart controls - The control bar.
 * @csspart button - Each button.
 * @csspart handoff - What a person is asked to do, above the picture.
 * @csspart downloads - What the session has downloaded, and could not.
 * @csspart download - Each link to a file.
 * @csspart dialog - A native dialog or drop-down of the session.
 * @csspart notice - A line on what has just happened in the session and is in no picture.
 *
 * @slot connecting - Replaces the overlay's words while connecting.
 * @slot expired - Replaces the overlay's words when the token has expired.
 * @slot ended - Replaces the overlay's words when the session has ended.
 * @slot failed - Replaces the overlay's words when the element has given up.
 * @slot controls - Adds to the control bar.
 *
 * @cssprop [--chaser-live-view-background=#0b0d12] - What is behind and beside the picture.
 * @cssprop [--chaser-live-view-accent=#2563eb] - Focus ring and buttons, whose words are white.
 * @cssprop [--chaser-live-view-overlay=rgb(11 13 18 / .75)] - The veil over the picture, below an overlay's words, which are white.
 *
 * @cssstate idle - Nothing to show yet.
 * @cssstate connecting - Waiting for the first picture.
 * @cssstate live - The picture is the newest there is.
 * @cssstate stalled - The server has gone quiet; the picture may be old.
 * @cssstate reconnecting - The connection broke; another is on its way.
 * @cssstate expired - The token has expired and there is no way to mint another.
 * @cssstate ended - The session is over.
 * @cssstate failed - The element has given up; `error` says why.
 */
export class ChaserLiveView extends LitElement {
  static override readonly properties: PropertyDeclarations = {
    // Set again it connects again, the same value too; but not the same token in another object, which is a framework's render.
    src: {hasChanged: () => true},
    previewToken: {attribute: false, hasChanged: (token: PreviewToken | null, before: PreviewToken | null) => token === before || !isSameToken(token, before)},
    tokenEndpoint: {attribute: 'token-endpoint'},
    tokenProvider: {attribute: false},
    readOnly: {type: Boolean, attribute: 'readonly', reflect: true, converter: flag},
    // No attribute of its own making.
    fit: {reflect: true, useDefault: true},
    controls: {type: Boolean, reflect: true, converter: flag},
    paused: {type: Boolean, reflect: true, converter: flag},
    label: {},
    // Its accessor is its own: nothing is rendered for it.
    zoom: {attribute: false, noAccessor: true},
    thread: {reflect: true, useDefault: true},
  };

  static {
    conform(this.prototype);
  }

  /** Lit's own, and what a framework makes of `tokenEndpoint` on an element that it does not know yet. */
  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'tokenendpoint'];
  }

  /**
   * A preview WebSocket URL as minted. Setting it connects; clearing it disconnects. Not reflected.
   * @default ''
   */
  declare src: string;
  /**
   * The whole answer of the mint call. Setting it connects; setting the same token in a new object, as a framework's
   * template does at each render, changes nothing.
   * @default null
   */
  declare previewToken: PreviewToken | null;
  /**
   * The page's own endpoint that mints: the element POSTs `{}` to it, with same-origin credentials.
   * @default ''
   */
  declare tokenEndpoint: string;
  /**
   * Mints in code; wins over `token-endpoint`.
   * @default null
   */
  declare tokenProvider: TokenProvider | null;
  /**
   * Watch only, whatever the token allows. `readonly="false"` is false, as frameworks write it; so it is with the others.
   * @default false
   */
  declare readOnly: boolean;
  /**
   * How the picture fits the element, as CSS `object-fit`.
   * @default 'contain'
   */
  declare fit: LiveViewFit;
  /**
   * Shows a small bar: state, read-only, keyboard, screenshot, full screen.
   * @default false
   */
  declare controls: boolean;
  /**
   * Holds the stream without losing it.
   * @default false
   */
  declare paused: boolean;
  /**
   * The accessible name.
   * @default 'Live view'
   */
  declare label: string;
  /**
   * Where frames may be painted: `auto` in a worker, where the page may start one and the engine gains by it, else on the
   * page; `page` always there, for a page whose policy forbids workers and would report the attempt. Holds from the next
   * connection on.
   * @default 'auto'
   */
  declare thread: 'auto' | 'page';

  readonly #stream = new StreamController(this, {
    canvas: () => this.#canvas,
    mayUseWorker: () => this.thread !== 'page',
    onSessionMessage: (message) => this.#receive(message),
    onNotice: (code) => code === 'not_driving' ? this.#surroundings.refuse() : this.#surroundings.notice(code),
    isPressing: () => this.#input.isPressing,
    letGo: () => this.#input.release(),
  });

  readonly #input: InputController = new InputController(this, {
    canvas: () => this.#canvas,
    isAccepted: () => this.#acceptsInput && !this.paused && this.driver !== 'other',
    viewport: () => this.#stream.viewport,
    pictureSize: () => this.#stream.pictureSize,
    fit: () => this.fit,
    isTouchSession: () => this.#stream.hello?.touch ?? false,
    onFilesDropped: () => this.#surroundings.notice('file_drop_declined'),
    send: (message) => this.#stream.send(message),
    isWatchOnly: () => this.readOnly || this.paused || this.#stream.isWatchToken,
    hasClipboard: () => this.#stream.hasFeature('paste'),
    canSendBytes: () => this.#stream.canSendBytes,
    sendPaste: ({message, parts}) => void this.#stream.sendBytes(message, parts),
    isBehind: () => this.#stream.isBehind,
    leave: () => this.#surroundings.handoff.takeFocus() || focusAfter(this),
    refused: () => this.#surroundings.refuse(),
    zoomed: (zoom) => this.dispatchEvent(new ZoomChangeEvent(zoom)),
    tappedSmall: () => this.#surroundings.hint('twoFingers'),
  });

  readonly #surroundings: Surroundings = new Surroundings(this, {
    isInputAllowed: () => this.#stream.isInputAllowed,
    canAnswer: () => this.#canAct,
    send: (message) => this.#stream.send(message),
    previewHost: () => this.#stream.previewHost,
    showKeyboard: () => this.#input.keyboard.toggleSoftKeyboard(),
    toggleZoom: () => this.#input.toggleZoom(),
    tap: (event) => this.#input.tap(event),
    repaint: () => this.#stream.repaint(),
    serverNowMs: () => this.#stream.serverNowMs,
    letGo: () => this.#input.release(),
  });

  readonly #tabs = new SessionTabs(this, (message) => this.#stream.send(message));

  #wasInputEnabled = false;

  /**
   * How much the person's own view of the picture is enlarged: 1 to 8. The session does not know.
   * @default 1
   */
  get zoom(): number {
    return this.#input.zoom.zoom;
  }

  /** @throws {TypeError} when it is no finite number. */
  set zoom(zoom: number) {
    this.zoomTo(zoom);
  }

  /** Where the stream's life is now; also a custom state. */
  get state(): LiveViewState {
    return this.#stream.state;
  }

  /** What is wrong now; null while nothing is. */
  get error(): LiveViewError | null {
    return this.#stream.error;
  }

  /** Whether input goes to the session: the token allows it, the element is not read only, the state is live. */
  get inputEnabled(): boolean {
    return this.#acceptsInput && this.state === 'live';
  }

  /** The session's viewport in CSS pixels; null until it is known. */
  get viewport(): Size | null {
    return this.#stream.viewport;
  }

  /** When the token stops being good; null until it is known. */
  get expiresAt(): Date | null {
    return this.#stream.expiresAt;
  }

  /**
   * How far this viewer may navigate: not at all, as always while read only; back, forward and between tabs; or to any address
   * and to new tabs too.
   */
  get navigation(): Navigation {
    return (!this.readOnly && this.#stream.hello?.navigation) || 'none';
  }

  /** The session's tabs in the order of their opening, as the server tells of them. */
  get tabs(): readonly Tab[] {
    return this.#tabs.strip.tabs;
  }

  /** Whether the tab in front has a page to go back to. */
  get canGoBack(): boolean {
    return this.#tabs.strip.back;
  }

  /** Whether the tab in front has a page to go forward to. */
  get canGoForward(): boolean {
    return this.#tabs.strip.forward;
  }

  /** Whether the tab in front is on its way to a page. */
  get loading(): boolean {
    return this.#tabs.strip.loading;
  }

  /** What a person is asked to do in the session; null while nothing is asked. */
  get handoff(): Handoff | null {
    return this.#surroundings.handoff.handoff;
  }

  /** Who drives the session, of those who watch it: this viewer, another one, nobody. Null: the session is shared, everybody's input counts. */
  get driver(): 'you' | 'other' | 'none' | null {
    return this.#surroundings.driving.driver;
  }

  /** How many watch the session; null where the server does not say so: in a shared one. */
  get viewers(): number | null {
    return this.#surroundings.driving.viewers;
  }

  /** The same as `getStats()`. */
  get stats(): LiveViewStats {
    return this.getStats();
  }

  /** Connects, or starts over. */
  connect(): void {
    this.#stream.connect(this);
  }

  /** Closes the stream; the state becomes `idle`. */
  disconnect(): void {
    this.#settle();
    this.#stream.disconnect();
  }

  /** Gives the stream the keyboard. Scrolls it into view first, as `focus()` does, unless told not to. */
  override focus(options?: FocusOptions): void {
    this.#settle();
    this.#input.keyboard.focus({preventScroll: false, ...options});
  }

  /**
   * Enlarges the picture, 1 to 8 times, so that a place of the session's viewport stays where it is seen.
   * @param place CSS pixels of the session's viewport; the middle of what is seen by default.
   * @throws {TypeError} when `zoom` is no finite number.
   */
  zoomTo(zoom: number, place?: {readonly x: number; readonly y: number}): void {
    if (!Number.isFinite(zoom)) throw new TypeError(`The zoom is a number from 1 to 8, not ${zoom}.`);
    this.#input.zoom.zoomTo(zoom, place);
  }

  /** Lets go of every button, finger and key that this element holds in the session. */
  releaseInput(): void {
    this.#input.release();
  }

  /** Types text into the session, as an input method commits it. */
  sendText(text: string): void {
    this.#input.keyboard.sendText(text);
  }

  /**
   * Presses keys together and lets them go, the last first.
   * @param combination key names as the DOM's `key`, modifiers first, `+` between them: `Control+A`.
   */
  pressKey(combination: string): void {
    this.#input.keyboard.pressKey(combination);
  }

  /**
   * Navigates the tab in front; does nothing while `navigation` is `'none'`.
   * @param to what to do, or an absolute address, which needs `navigation` to be `'full'`.
   * @throws {TypeError} when `to` is neither.
   */
  navigate(to: 'back' | 'forward' | 'reload' | 'stop' | URL | (string & {})): void {
    this.#tabs.navigate(to);
  }

  /** Brings a tab to the front. */
  activateTab(id: string): void {
    this.#tabs.act({type: 'tab', action: 'activate', id});
  }

  /** Closes a tab; of the last one a blank page is left. */
  closeTab(id: string): void {
    this.#tabs.act({type: 'tab', action: 'close', id});
  }

  /** Opens a blank tab; needs `navigation` to be `'full'`. */
  newTab(): void {
    this.#tabs.act({type: 'tab', action: 'new'});
  }

  /** Takes control of an exclusive session, from whoever has it. Nothing happens in a shared one, nor where only watching is allowed. */
  takeControl(): void {
    if (this.driver !== null && this.#canAct) this.#stream.send({type: 'control', action: 'take'});
  }

  /** Gives control of an exclusive session back; all that is held is let go of. */
  releaseControl(): void {
    if (this.driver === 'you') this.#stream.send({type: 'control', action: 'release'});
  }

  /** The last frame at its own size, as an image. */
  snapshot(options: SnapshotOptions = {}): Promise<Blob> {
    return this.#stream.snapshot(options);
  }

  /** Counts and times of the stream so far; times in milliseconds. */
  getStats(): LiveViewStats {
    return this.#stream.getStats();
  }

  override attributeChangedCallback(name: string, before: string | null, value: string | null): void {
    super.attributeChangedCallback(name === 'tokenendpoint' ? TOKEN_ENDPOINT : name, before, value);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (TOKENS.some((name) => changed.has(name))) this.#stream.setTokens(this, GIVEN_TOKENS.some((name) => changed.has(name) && this[name]));
    if (changed.has('readOnly') && this.readOnly) this.releaseControl();
    if (changed.has('paused')) this.#stream.setPaused(this.paused);
  }

  protected override updated(): void {
    this.#canvas?.setAttribute('aria-label', this.label);
    if (this.inputEnabled === this.#wasInputEnabled) return;
    this.#wasInputEnabled = this.inputEnabled;
    this.dispatchEvent(new InputChangeEvent(this.inputEnabled));
  }

  /** The stream exchanges the canvas for another one at times: nothing of the template may hang on it. */
  protected override render(): TemplateResult {
    return this.#surroundings.render(html`
      <canvas part="canvas" tabindex="0" role="application" aria-describedby="hint"></canvas>
      <textarea
        tabindex="-1" inputmode="none" autocapitalize="none" spellcheck="false" aria-label=${this.label} aria-describedby="hint"
      ></textarea>
      <i class="corner"></i>
      <i class="corner right"></i>
      <i class="corner right bottom"></i>
      <i class="corner bottom"></i>
    `);
  }

  /** What was set before a method is called holds for it, and there is something to give the focus to. */
  #settle(): void {
    if (this.isConnected) this.performUpdate();
  }

  get #canvas(): HTMLCanvasElement | undefined {
    return this.renderRoot?.querySelector('canvas') ?? undefined;
  }

  /** A dialog may be there before the first picture, and hold it back. */
  get #canAct(): boolean {
    return this.#stream.isInputAllowed && this.#stream.hello !== undefined && !this.readOnly;
  }

  /** A stalled stream still takes input: what the person does may be what brings it back. */
  get #acceptsInput(): boolean {
    return this.#stream.isInputAllowed && !this.readOnly && (this.state === 'live' || this.state === 'stalled');
  }

  #receive(message: SessionMessage): void {
    switch (message.type) {
      case 'cursor':
      case 'focus':
      case 'clipboard':
        this.#input.receive(message);
        break;
      case 'page':
        this.dispatchEvent(new PageChangeEvent(message.url, message.title));
        break;
      case 'tabs':
        this.#tabs.receive(message);
        break;
      default:
        this.#surroundings.receive(message);
    }
  }
}

export interface ChaserLiveView {
  addEventListener<Type extends keyof LiveViewEventMap>(
    type: Type, listener: (this: ChaserLiveView, event: LiveViewEventMap[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<Type extends keyof LiveViewEventMap>(
    type: Type, listener: (this: ChaserLiveView, event: LiveViewEventMap[Type]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions,
  ): void;
}
