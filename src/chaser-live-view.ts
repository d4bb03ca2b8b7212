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
import type {SessionMessage} from './stream/stream-listener.js';
import {isSameToken} from './stream/token-source.js';
import type {TokenProvider} from './stream/token-source.js';
import {Surroundings} from './ui/surroundings.js';

const GIVEN_TOKENS = ['src', 'previewToken'] as const;
const TOKENS = [...GIVEN_TOKENS, 'tokenEndpoint', 'tokenProvider'] as const;

/**
 * Shows a remote browser session live, and lets a person take it over with mouse, touch and keyboard.
 *
 * The element is a block that CSS sizes, like `<video>`. Its natural size is the session's viewport.
 *
 * @summary A live view of a remote browser session.
 * @tagname chaser-live-view
 *
 * @fires {StateChangeEvent} statechange - `state` changed. Has `state` and `previousState`.
 * @fires {FrameEvent} frame - A frame was painted on the canvas. Has `width`, `height` and `frame`, the frame's number on this connection.
 * @fires {ViewportChangeEvent} viewportchange - `viewport` changed. Has `width` and `height`.
 * @fires {LiveViewErrorEvent} error - Something went wrong. Has `error`, a `LiveViewError` with `code`, `message`, `fatal` and `cause`.
 * @fires {InputChangeEvent} inputchange - `inputEnabled` changed. Has `inputEnabled`.
 * @fires {ClipboardTextEvent} clipboard - Something was copied in the session. Has `text`, `html` and `by`. Unless the event is canceled, the element writes what this person copied to their own clipboard.
 * @fires {DialogEvent} dialog - A native dialog blocks the session's page. Has `id`, `kind`, `message` and `defaultValue`. To show a dialog of your own, cancel the event and call `respond(accept, text?)`.
 * @fires {DialogClosedEvent} dialogclosed - A dialog was answered, here or elsewhere. Has `id`.
 * @fires {HandoffEvent} handoff - A script asks for a person. Has `id`, `instructions` and `expiresAt`. To show the request yourself, cancel the event and call `respond(status, note?)`.
 * @fires {HandoffClosedEvent} handoffclosed - The request for a person is over. Has `id` and `status`.
 * @fires {ControlChangeEvent} controlchange - `driver` or `viewers` changed. Has both.
 * @fires {PageChangeEvent} pagechange - The session's top-level document has another address or title. Has `url` and `title`.
 * @fires {TabsChangeEvent} tabschange - `tabs`, `canGoBack`, `canGoForward`, `loading` or `navigation` changed.
 * @fires {FileChooserEvent} filechooser - The session's page asks for files. Has `multiple` and `accept`. To ask the person yourself, cancel the event and call `respond(files)`. Unless the event is canceled, the element shows a dialog with a button that opens the person's own file picker.
 * @fires {DownloadEvent} download - The session has downloaded a file. Has `name`, `size` and `url`. Unless the event is canceled, the element shows a link to save the file.
 * @fires {ZoomChangeEvent} zoomchange - `zoom` changed. Has `zoom`.
 *
 * @csspart canvas - The picture.
 * @csspart overlay - The layer over the picture while the picture is missing or may be out of date.
 * @csspart status - The overlay's text about the state.
 * @csspart controls - The control bar.
 * @csspart button - Each button.
 * @csspart handoff - The request for a person, above the picture: instructions, time left, buttons.
 * @csspart downloads - The list of the session's downloads, failed ones included.
 * @csspart download - Each link to a downloaded file.
 * @csspart dialog - A native dialog or drop-down list of the session.
 * @csspart notice - A short message about something that the picture cannot show, such as a crash or a declined permission.
 *
 * @slot connecting - Replaces the overlay's text while the element connects.
 * @slot expired - Replaces the overlay's text when the token has expired.
 * @slot ended - Replaces the overlay's text when the session has ended.
 * @slot failed - Replaces the overlay's text when the element has given up.
 * @slot controls - Adds your own items to the control bar.
 *
 * @cssprop [--chaser-live-view-background=#0b0d12] - Background behind and beside the picture.
 * @cssprop [--chaser-live-view-accent=#2563eb] - Focus ring and buttons. The buttons' text is white.
 * @cssprop [--chaser-live-view-overlay=rgb(11 13 18 / .75)] - Background of the overlay. The overlay's text is white.
 *
 * @cssstate idle - The element has nothing to connect to, or was disconnected.
 * @cssstate connecting - The element waits for the first frame.
 * @cssstate live - The picture is up to date.
 * @cssstate stalled - The server does not answer, so the picture may be old.
 * @cssstate reconnecting - The connection broke, and the element is opening another.
 * @cssstate expired - The token has expired, and the element cannot get another.
 * @cssstate ended - The session is over.
 * @cssstate failed - The element has given up. `error` says why.
 */
export class ChaserLiveView extends LitElement {
  static override readonly properties: PropertyDeclarations = {
    // Setting the same `src` again reconnects. The same token in a new object does not: frameworks create one at each render.
    src: {hasChanged: () => true},
    previewToken: {attribute: false, hasChanged: (token: PreviewToken | null, before: PreviewToken | null) => token === before || !isSameToken(token, before)},
    tokenEndpoint: {attribute: 'token-endpoint'},
    tokenProvider: {attribute: false},
    readOnly: {type: Boolean, attribute: 'readonly', reflect: true, converter: flag},
    // The default is not reflected: an element should not add attributes to itself.
    fit: {reflect: true, useDefault: true},
    controls: {type: Boolean, reflect: true, converter: flag},
    paused: {type: Boolean, reflect: true, converter: flag},
    label: {},
    // The class has its own accessor, because a zoom needs no render.
    zoom: {attribute: false, noAccessor: true},
    thread: {reflect: true, useDefault: true},
  };

  static {
    conform(this.prototype);
  }

  /** Also observes `tokenendpoint`: a framework writes that for `tokenEndpoint` when the element is not defined yet. */
  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'tokenendpoint'];
  }

  /**
   * The preview WebSocket URL from the token request's answer. Setting it connects, and clearing it disconnects. Never reflected, because it contains the token.
   * @default ''
   */
  declare src: string;
  /**
   * The whole answer to the token request. Setting it connects. Setting the same token in a new object changes nothing, so a
   * template may create the object at each render.
   * @default null
   */
  declare previewToken: PreviewToken | null;
  /**
   * Address of your endpoint that answers with a preview token. The element POSTs `{}` to it, with same-origin credentials.
   * @default ''
   */
  declare tokenEndpoint: string;
  /**
   * A function that returns a preview token. Takes precedence over `token-endpoint`.
   * @default null
   */
  declare tokenProvider: TokenProvider | null;
  /**
   * Makes the view watch-only, whatever the token allows. `readonly="false"` counts as false, because some frameworks write
   * `false` that way. The same holds for `controls` and `paused`.
   * @default false
   */
  declare readOnly: boolean;
  /**
   * How the picture fits the element, like CSS `object-fit`.
   * @default 'contain'
   */
  declare fit: LiveViewFit;
  /**
   * Shows a control bar: the state, and buttons for control or watch-only, keyboard, zoom, screenshot, full screen and picture-in-picture. Buttons that cannot work are left out.
   * @default false
   */
  declare controls: boolean;
  /**
   * Pauses the stream and keeps the connection.
   * @default false
   */
  declare paused: boolean;
  /**
   * Accessible name of the view.
   * @default 'Live view'
   */
  declare label: string;
  /**
   * Where frames are painted. `auto` uses a worker if the page may start one and the browser benefits, and otherwise the
   * page's main thread. `page` always uses the main thread, for a page whose content security policy would report the attempt
   * to start a worker. A change takes effect at the next connection.
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
    viewport: () => this.#stream.status.viewport,
    pictureSize: () => this.#stream.pictureSize,
    fit: () => this.fit,
    isTouchSession: () => this.#stream.hello?.touch ?? false,
    onFilesDropped: (files) => this.#surroundings.drop(files),
    send: (message) => this.#stream.send(message),
    isWatchOnly: () => this.readOnly || this.paused || this.#stream.status.isWatchToken,
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
    isInputAllowed: () => this.#stream.status.isInputAllowed,
    canAnswer: () => this.#canAct,
    send: (message) => this.#stream.send(message),
    connection: () => this.#stream.hello,
    canSendBytes: () => this.#stream.canSendBytes,
    sendFile: (message, bytes, progress, signal) => this.#stream.sendBytes(message, [bytes], progress, signal),
    previewHost: () => this.#stream.previewHost,
    showKeyboard: () => this.#input.keyboard.toggleSoftKeyboard(),
    toggleZoom: () => this.#input.toggleZoom(),
    tap: (event) => this.#input.tap(event),
    repaint: () => this.#stream.repaint(),
    floats: (isFloating) => this.#stream.setFloating(isFloating),
    serverNowMs: () => this.#stream.serverNowMs,
    letGo: () => this.#input.release(),
  });

  readonly #tabs = new SessionTabs(this, (message) => this.#stream.send(message));

  #wasInputEnabled = false;

  /**
   * How much this person's view of the picture is enlarged, from 1 to 8. The session is not affected.
   * @default 1
   */
  get zoom(): number {
    return this.#input.zoom.zoom;
  }

  /** @throws {TypeError} when the value is not a finite number. */
  set zoom(zoom: number) {
    this.zoomTo(zoom);
  }

  /** The state of the stream, also available as a CSS custom state. */
  get state(): LiveViewState {
    return this.#stream.status.state;
  }

  /** The current error. Null while nothing is wrong. */
  get error(): LiveViewError | null {
    return this.#stream.status.error;
  }

  /** Whether the session accepts this person's input: the token allows input, the element is not read-only, and the state is `live`. */
  get inputEnabled(): boolean {
    return this.#acceptsInput && this.state === 'live';
  }

  /** Size of the session's viewport in CSS pixels. Null until the size is known. */
  get viewport(): Size | null {
    return this.#stream.status.viewport;
  }

  /** When the token expires. Null until the time is known. */
  get expiresAt(): Date | null {
    return this.#stream.status.expiresAt;
  }

  /**
   * What navigation this viewer is allowed. `'none'`: no navigation; always so while read-only. `'history'`: back, forward, reload, stop,
   * switching tabs and closing them. `'full'`: also new tabs and any address.
   */
  get navigation(): Navigation {
    return (!this.readOnly && this.#stream.hello?.navigation) || 'none';
  }

  /** The session's tabs, in the order in which they were opened. */
  get tabs(): readonly Tab[] {
    return this.#tabs.strip.tabs;
  }

  /** Whether the active tab has a page to go back to. */
  get canGoBack(): boolean {
    return this.#tabs.strip.back;
  }

  /** Whether the active tab has a page to go forward to. */
  get canGoForward(): boolean {
    return this.#tabs.strip.forward;
  }

  /** Whether the active tab is loading a page. */
  get loading(): boolean {
    return this.#tabs.strip.loading;
  }

  /** The open request for a person. Null while there is none. */
  get handoff(): Handoff | null {
    return this.#surroundings.handoff.handoff;
  }

  /** Who controls an exclusive session: this viewer, another viewer or nobody. Null in a shared session, where everybody's input counts. */
  get driver(): 'you' | 'other' | 'none' | null {
    return this.#surroundings.driving.driver;
  }

  /** How many viewers watch an exclusive session. Null in a shared session, where the server does not tell. */
  get viewers(): number | null {
    return this.#surroundings.driving.viewers;
  }

  /** The result of `getStats()`. */
  get stats(): LiveViewStats {
    return this.getStats();
  }

  /** Connects, or closes the current connection and connects again. */
  connect(): void {
    this.#stream.connect(this);
  }

  /** Closes the connection. The state becomes `idle`. */
  disconnect(): void {
    this.#settle();
    this.#stream.disconnect();
  }

  /** Moves the keyboard focus to the view. Scrolls the view into sight first, unless `preventScroll` is set. */
  override focus(options?: FocusOptions): void {
    this.#settle();
    this.#input.keyboard.focus({preventScroll: false, ...options});
  }

  /**
   * Enlarges the picture, from 1 to 8 times. `place` is a point of the session's viewport, and stays where the person sees it.
   * @param place a point in CSS pixels of the session's viewport. By default, the middle of the visible part.
   * @throws {TypeError} when `zoom` is not a finite number.
   */
  zoomTo(zoom: number, place?: {readonly x: number; readonly y: number}): void {
    if (!Number.isFinite(zoom)) throw new TypeError(`The zoom is a number from 1 to 8, not ${zoom}.`);
    this.#input.zoom.zoomTo(zoom, place);
  }

  /** Releases every button, finger and key that this element holds down in the session. */
  releaseInput(): void {
    this.#input.release();
  }

  /** Inserts text at the session's caret, the way an input method does. */
  sendText(text: string): void {
    this.#input.keyboard.sendText(text);
  }

  /**
   * Presses a key combination, such as `Control+A`, and releases the keys in reverse order.
   * @param combination names as in `KeyboardEvent.key`, with `+` between them and the modifiers first.
   */
  pressKey(combination: string): void {
    this.#input.keyboard.pressKey(combination);
  }

  /**
   * Navigates the active tab: `'back'`, `'forward'`, `'reload'`, `'stop'` or an absolute address. Does nothing while `navigation` is `'none'`.
   * @param to the action, or an absolute address. An address needs `navigation` to be `'full'`.
   * @throws {TypeError} when `to` is neither.
   */
  navigate(to: 'back' | 'forward' | 'reload' | 'stop' | URL | (string & {})): void {
    this.#tabs.navigate(to);
  }

  /** Makes a tab the active one. */
  activateTab(id: string): void {
    this.#tabs.act({type: 'tab', action: 'activate', id});
  }

  /** Closes a tab. Closing the last tab leaves a blank page. */
  closeTab(id: string): void {
    this.#tabs.act({type: 'tab', action: 'close', id});
  }

  /** Opens a blank tab. Needs `navigation` to be `'full'`. */
  newTab(): void {
    this.#tabs.act({type: 'tab', action: 'new'});
  }

  /** Takes control of an exclusive session, also from another viewer. Does nothing in a shared session, or if this viewer may only watch. */
  takeControl(): void {
    if (this.driver !== null && this.#canAct) this.#stream.send({type: 'control', action: 'take'});
  }

  /** Gives back control of an exclusive session, and releases everything held down. */
  releaseControl(): void {
    if (this.driver === 'you') this.#stream.send({type: 'control', action: 'release'});
  }

  /** Resolves to an image of the last frame, in the frame's own size. */
  snapshot(options: SnapshotOptions = {}): Promise<Blob> {
    return this.#stream.snapshot(options);
  }

  /** Returns counts and times of the stream. Times are in milliseconds. */
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

  /** The stream may replace the canvas with another one, so the template must not bind anything to the canvas. */
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

  /** Applies pending property changes, so that a method sees them and the canvas exists. */
  #settle(): void {
    if (this.isConnected) this.performUpdate();
  }

  get #canvas(): HTMLCanvasElement | undefined {
    return this.renderRoot?.querySelector('canvas') ?? undefined;
  }

  /** Whether this viewer may act on the session. True before the first frame too, because an open dialog can hold that frame back. */
  get #canAct(): boolean {
    return this.#stream.status.isInputAllowed && this.#stream.hello !== undefined && !this.readOnly;
  }

  /** Whether input is sent. A stalled stream still takes input, because input may end the stall. */
  get #acceptsInput(): boolean {
    return this.#stream.status.isInputAllowed && !this.readOnly && (this.state === 'live' || this.state === 'stalled');
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
