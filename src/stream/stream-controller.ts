import type {ReactiveController, ReactiveControllerHost} from 'lit';
import {LiveViewError} from '../errors.js';
import {FrameEvent, LiveViewErrorEvent, StateChangeEvent, ViewportChangeEvent} from '../events.js';
import type {LiveViewState} from '../events.js';
import type {HelloMessage, PlayerMessage, ServerMessage, Size} from '../protocol.js';
import {FramePainter} from './frame-painter.js';
import type {Frame, FrameSource, SnapshotOptions} from './frame-painter.js';
import {isFlow} from './connection.js';
import {Link} from './link.js';
import {Presence} from './presence.js';
import {ReportLimit} from './report-limit.js';
import {isRunning, nextState} from './state.js';
import type {StreamEvent} from './state.js';
import {StatsRecorder} from './stats.js';
import type {LiveViewStats} from './stats.js';
import {TokenSource} from './token-source.js';
import type {Token, TokenOptions} from './token-source.js';

/** What the stream hands on: the messages that are not about the stream itself. */
export type SessionMessage = Extract<ServerMessage, {
  type: 'cursor' | 'focus' | 'page' | 'dialog' | 'dialog_closed' | 'select' | 'clipboard';
}>;

export interface StreamOptions {
  /** The canvas to paint on; none before the first render. */
  readonly canvas: () => HTMLCanvasElement | undefined;
  readonly onMessage: (message: SessionMessage) => void;
  /** Whether a button, finger or key is down: a socket is not exchanged for another one then. */
  readonly isPressing: () => boolean;
  /** The socket is about to be given up and can still carry what lets go of everything. */
  readonly letGo: () => void;
}

/** A stream of nothing but bad frames is given up after this many. */
const MAX_BAD_FRAMES = 10;

/**
 * The stream's life as the element knows it: what there is to see, the state that the person is told, and what went
 * wrong. Fires `statechange`, `frame`, `viewportchange` and `error` on its host; last of all that it does, because who
 * listens may stop the stream or start it over.
 */
export class StreamController implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #options: StreamOptions;
  readonly #tokens = new TokenSource();
  readonly #stats = new StatsRecorder();
  readonly #painter: FramePainter;
  readonly #link: Link;
  readonly #presence: Presence;
  #state: LiveViewState = 'idle';
  #error: LiveViewError | null = null;
  #viewport: Size | null = null;
  /** The viewport of the frames to come, as the server named it; else it is their own size. */
  #namedViewport: Size | null = null;
  #expiresAt: Date | null = null;
  #isInputAllowed = false;
  /** Whether the page wants a stream, should the element be in a document. */
  #isWanted = false;
  #isPaused = false;
  #isSeen = true;
  #hasReportedLoss = false;
  #malformed = 0;
  readonly #badFrameReports = new ReportLimit();
  readonly #malformedReports = new ReportLimit();

  constructor(host: ReactiveControllerHost & HTMLElement, options: StreamOptions) {
    this.#host = host;
    this.#options = options;
    this.#painter = new FramePainter({
      canvas: options.canvas,
      onPainted: (frame, size, decodeMs) => this.#showFrame(frame, size, decodeMs),
      onDropped: () => this.#stats.framesDropped++,
      onBad: (error, inARow) => this.#takeBadFrame(error, inARow),
      onIdle: () => this.#applyViewport(),
    });
    this.#link = new Link({
      tokens: this.#tokens, isPressing: options.isPressing, letGo: options.letGo,
      onEvent: (event, error) => this.#change(event, error),
      onError: (error) => this.#report(error),
      onConnection: (token, hello) => this.#learn(token, hello),
      onFrame: (bytes, number, source) => this.#receiveFrame(bytes, number, source),
      onMessage: (message) => this.#receive(message),
      onMalformed: (problem) => this.#takeMalformed(problem),
    });
    this.#presence = new Presence(host, {
      onSeen: (isSeen) => this.#see(isSeen),
      onWake: () => this.#link.hurry(),
      onLeave: () => this.#link.close(),
      onReturn: () => this.#return(),
    });
    host.addController(this);
  }

  get state(): LiveViewState {
    return this.#state;
  }

  /** What is wrong now; null while nothing is. */
  get error(): LiveViewError | null {
    return this.#error;
  }

  get viewport(): Size | null {
    return this.#viewport;
  }

  /** When the token stops being good; null until it is known. */
  get expiresAt(): Date | null {
    return this.#expiresAt;
  }

  /** Whether the token allows input. */
  get isInputAllowed(): boolean {
    return this.#isInputAllowed;
  }

  /** Whether the server speaks the protocol beyond frames and input: dialogs, select, copy. */
  get hasHello(): boolean {
    return this.#link.hello !== undefined;
  }

  /** Whether the network takes messages more slowly than they come: what can wait should. */
  get isBehind(): boolean {
    return this.#link.isBehind;
  }

  hostConnected(): void {
    this.#presence.start();
    if (this.#isWanted && this.#state === 'idle') this.#open();
  }

  /** An element that is only moved is back in a document before the task is over: its stream goes on. */
  hostDisconnected(): void {
    queueMicrotask(() => {
      if (this.#host.isConnected) return;
      this.#presence.stop();
      if (isRunning(this.#state)) this.#close();
    });
  }

  /** The canvas may be new. */
  hostUpdated(): void {
    this.#painter.pump();
  }

  /** Where tokens come from has changed: connects with what is new, or disconnects when nothing is left. */
  setTokens(options: TokenOptions): void {
    const change = this.#tokens.set(options);
    if (change === 'none') this.disconnect();
    else if (change === 'way' && isRunning(this.#state)) this.#link.plan();
    else if (change !== 'nothing') this.#start(change === 'session');
  }

  /** Holds the frames without losing the socket. */
  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#hold();
  }

  /** Starts over; after the end with a new token, where one can be minted. */
  connect(options: TokenOptions): void {
    const change = this.#tokens.set(options);
    if (this.#state !== 'idle' && !isRunning(this.#state)) this.#tokens.renounce();
    this.#start(change === 'session');
  }

  disconnect(): void {
    this.#isWanted = false;
    this.#close();
    this.#clear();
  }

  /** Sends a message on the socket that counts; false when it could not be sent. */
  send(message: PlayerMessage): boolean {
    const isSent = this.#link.send(message);
    if (!isSent && isLoss(message)) this.#reportLoss();
    if (isSent && !isFlow(message)) this.#stats.inputsSent++;
    return isSent;
  }

  snapshot(options: SnapshotOptions): Promise<Blob> {
    return this.#painter.snapshot(options);
  }

  getStats(): LiveViewStats {
    return this.#stats.read(this.#link.roundTripMs);
  }

  /** What another session has shown is not to be seen any more. */
  #clear(): void {
    this.#painter.clear();
    this.#namedViewport = null;
    this.#setViewport(null);
  }

  #start(isOtherSession: boolean): void {
    this.#isWanted = true;
    if (isOtherSession) this.#clear();
    if (this.#host.isConnected) this.#open();
  }

  #open(): void {
    this.#painter.reset();
    this.#link.open();
    this.#change('connect');
  }

  #close(): void {
    this.#link.close();
    this.#painter.reset();
    this.#change('disconnect');
  }

  #return(): void {
    if (!isRunning(this.#state)) return;
    this.#link.open();
    this.#change('lost');
  }

  #change(event: StreamEvent, error: LiveViewError | null = null): void {
    const previous = this.#state;
    this.#state = nextState(previous, event);
    if (event === 'shown' && previous === 'reconnecting') this.#stats.reconnects++;
    if (this.#state === 'live') this.#hasReportedLoss = false;
    if (this.#state === 'live' || event === 'connect' || event === 'disconnect') this.#error = null;
    if (error) this.#note(error);
    if (this.#state !== previous) {
      this.#host.requestUpdate();
      this.#host.dispatchEvent(new StateChangeEvent(this.#state, previous));
    }
    if (error) this.#host.dispatchEvent(new LiveViewErrorEvent(error));
  }

  #report(error: LiveViewError): void {
    this.#note(error);
    this.#host.dispatchEvent(new LiveViewErrorEvent(error));
  }

  #note(error: LiveViewError): void {
    if (error.fatal || this.#state === 'reconnecting' || this.#state === 'connecting') this.#error = error;
  }

  #learn(token: Token, hello: HelloMessage | undefined): void {
    const expiresAtMs = hello ? Date.parse(hello.expires_at) : token.expiresAtMs;
    this.#expiresAt = Number.isNaN(expiresAtMs) ? null : new Date(expiresAtMs);
    this.#isInputAllowed = token.isInputAllowed && (hello?.input_enabled ?? true);
    this.#nameViewport(hello?.viewport ?? null);
    this.#host.requestUpdate();
  }

  #receiveFrame(bytes: ArrayBuffer, number: number, source: FrameSource): void {
    this.#stats.framesReceived++;
    this.#stats.bytesReceived += bytes.byteLength;
    this.#painter.push({bytes, number, source, viewport: this.#namedViewport});
  }

  #showFrame(frame: Frame, size: Size, decodeMs: number): void {
    this.#stats.painted(decodeMs);
    this.#setViewport(frame.viewport ?? size);
    if (this.#link.isCurrent(frame.source)) this.#change('shown');
    this.#host.dispatchEvent(new FrameEvent(size.width, size.height, frame.number));
  }

  #takeBadFrame(error: LiveViewError, inARow: number): void {
    if (inARow < MAX_BAD_FRAMES) {
      if (this.#badFrameReports.take()) this.#report(error);
      return;
    }
    this.#link.close();
    this.#painter.reset();
    this.#change('fail', new LiveViewError('bad_frame', `None of the last ${inARow} frames could be shown.`, {fatal: true, cause: error}));
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case 'viewport':
        return this.#nameViewport({width: message.width, height: message.height});
      case 'error':
        return this.#report(new LiveViewError('input_refused', `The server refused something that was sent (${message.code}).`));
      case 'hello':
      case 'pong':
        return;
      default:
        this.#options.onMessage(message);
    }
  }

  #takeMalformed(problem: string): void {
    this.#malformed++;
    if (!this.#malformedReports.take()) return;
    this.#report(new LiveViewError('bad_message', `A message from the server was dropped, number ${this.#malformed} so far: ${problem}.`));
  }

  #reportLoss(): void {
    if (this.#hasReportedLoss) return;
    this.#hasReportedLoss = true;
    this.#report(new LiveViewError('input_lost', 'What was typed or clicked could not be sent, because the stream is not live.'));
  }

  /** Holds for the frames that follow: not before those that came earlier have been painted. */
  #nameViewport(viewport: Size | null): void {
    this.#namedViewport = viewport;
    if (this.#painter.isIdle) this.#applyViewport();
  }

  #applyViewport(): void {
    if (this.#namedViewport) this.#setViewport(this.#namedViewport);
  }

  #setViewport(viewport: Size | null): void {
    if (viewport?.width === this.#viewport?.width && viewport?.height === this.#viewport?.height) return;
    this.#viewport = viewport;
    this.#host.requestUpdate();
    if (viewport) this.#host.dispatchEvent(new ViewportChangeEvent(viewport.width, viewport.height));
  }

  #see(isSeen: boolean): void {
    this.#isSeen = isSeen;
    this.#link.setWatched(this.#presence.isPageVisible);
    this.#hold();
    if (isSeen) this.#link.hurry();
  }

  #hold(): void {
    const isHeld = this.#isPaused || !this.#isSeen;
    if (isHeld) this.#options.letGo();
    this.#link.setHeld(isHeld);
    this.#painter.setHeld(isHeld);
    // The server has answered, and its first picture will not be painted before somebody is back to see it.
    if (isHeld && this.hasHello && (this.#state === 'connecting' || this.#state === 'reconnecting')) this.#change('shown');
  }
}

/** Whether a person who did this expects something of it: not of a move, nor of what lets go. */
function isLoss(message: PlayerMessage): boolean {
  if ('event' in message) return message.event === 'down' || message.event === 'start';
  return message.type === 'wheel' || message.type === 'text';
}
