import type {ReactiveController, ReactiveControllerHost} from 'lit';
import {LiveViewError} from '../errors.js';
import {FrameEvent, LiveViewErrorEvent, StateChangeEvent, ViewportChangeEvent} from '../events.js';
import type {LiveViewState} from '../events.js';
import {REFUSAL_CODES} from '../protocol.js';
import type {ErrorMessage, FEATURES, FileMessage, HelloMessage, PasteMessage, PlayerMessage, Size} from '../protocol.js';
import type {Bytes} from './byte-sender.js';
import {isFlow} from './connection.js';
import {Link} from './link.js';
import type {LinkOwner} from './link.js';
import {isLoss} from './loss.js';
import {PipelineClient} from './pipeline-client.js';
import type {PipelineOwner} from './pipeline-client.js';
import {Presence} from './presence.js';
import type {PresenceEvents} from './presence.js';
import {RateLimit} from './rate-limit.js';
import type {SnapshotOptions} from './snapshot.js';
import {type StreamEvent, isRunning, nextState} from './state.js';
import {StatsRecorder} from './stats.js';
import type {LiveViewStats} from './stats.js';
import type {FrameCounts, PaintedFrame, SpoiltFrame, StreamMessage} from './thread-messages.js';
import {type Token, type TokenOptions, TokenSource} from './token-source.js';

/** What the stream hands on: the messages that are not about the stream itself. */
export type SessionMessage = Exclude<StreamMessage, {type: 'error'}>;

export interface StreamOptions {
  /** The canvas to paint on; none before the first render. */
  readonly canvas: () => HTMLCanvasElement | undefined;
  /** Whether a worker may paint. */
  readonly mayUseWorker: () => boolean;
  readonly onSessionMessage: (message: SessionMessage) => void;
  /** Something has happened that no picture shows, another viewer's driving too; `code` is the server's. */
  readonly onNotice: (code: string) => void;
  /** Whether a button, finger or key is down: a socket is not exchanged for another one then. */
  readonly isPressing: () => boolean;
  /** The socket is about to be given up and can still carry what lets go of everything. */
  readonly letGo: () => void;
}

/** A stream of nothing but bad frames is given up after this many. */
const MAX_BAD_FRAMES = 10;
/** How long an attempt to connect has had by the time that the network, or a person, is back; then another one takes its place. */
const PATIENCE_MS = {wake: 1000, seen: 5000};

/**
 * The stream's life as the element knows it: what there is to see, the state that the person is told, and what went
 * wrong. Fires `statechange`, `frame`, `viewportchange` and `error` on its host; last of all that it does, because who
 * listens may stop the stream or start it over.
 */
export class StreamController implements ReactiveController, LinkOwner, PipelineOwner, PresenceEvents {
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #options: StreamOptions;
  readonly canvas: () => HTMLCanvasElement | undefined;
  readonly mayUseWorker: () => boolean;
  readonly #tokens = new TokenSource();
  readonly #stats = new StatsRecorder();
  readonly #pipeline: PipelineClient;
  readonly #link: Link;
  readonly #presence: Presence;
  #state: LiveViewState = 'idle';
  #error: LiveViewError | null = null;
  #viewport: Size | null = null;
  #expiresAt: Date | null = null;
  #isInputAllowed = false;
  /** Whether the page wants a stream, should the element be in a document. */
  #isWanted = false;
  #isPaused = false;
  #isSeen = true;
  /** The document that the element was in has gone, perhaps for good, and took the socket along. */
  #hasLeft = false;
  #hasReportedLoss = false;
  #malformed = 0;
  readonly #badFrameReports = new RateLimit();
  readonly #malformedReports = new RateLimit();
  readonly #errorReports = new RateLimit();

  constructor(host: ReactiveControllerHost & HTMLElement, options: StreamOptions) {
    this.#host = host;
    this.#options = options;
    this.canvas = options.canvas;
    this.mayUseWorker = options.mayUseWorker;
    this.#pipeline = new PipelineClient(this);
    this.#link = new Link(this.#tokens, this.#pipeline, this);
    this.#presence = new Presence(host, this);
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

  /** The size of the picture in its own pixels; null while there is none. */
  get pictureSize(): Size | null {
    return this.#pipeline.size;
  }

  /** When the token stops being good; null until it is known. */
  get expiresAt(): Date | null {
    return this.#expiresAt;
  }

  /** Whether it is known that the token only watches. */
  get isWatchToken(): boolean {
    return this.#viewport !== null && !this.#isInputAllowed;
  }

  /** Whether the token allows input. */
  get isInputAllowed(): boolean {
    return this.#isInputAllowed;
  }

  /** What the server has said of itself; undefined before, and for one that only sends frames and takes input. */
  get hello(): HelloMessage | undefined {
    return this.#link.active?.hello;
  }

  /** The host and port that the stream comes from; empty while there is none. */
  get previewHost(): string {
    return this.#link.active?.token.url.split('/')[2] ?? '';
  }

  /** What time it is at the server, in milliseconds since the epoch. */
  get serverNowMs(): number {
    return this.#tokens.clock.nowMs;
  }

  /** Whether the server understands what goes beyond the protocol's first eight sections. */
  hasFeature(name: (typeof FEATURES)[number]): boolean {
    return this.hello?.features?.includes(name) ?? false;
  }

  get isPressing(): boolean {
    return this.#options.isPressing();
  }

  letGo(): void {
    this.#options.letGo();
  }

  /** Whether the network takes messages more slowly than they come: what can wait should. */
  get isBehind(): boolean {
    return this.#link.active?.isBehind ?? false;
  }

  hostConnected(): void {
    this.#pipeline.prepare();
    this.#presence.start();
    if (this.#hasLeft) this.onReturn();
    else if (this.#isWanted && this.#state === 'idle') this.#open();
  }

  /** An element that is only moved is back in a document before the task is over: its stream goes on. */
  hostDisconnected(): void {
    queueMicrotask(() => {
      if (this.#host.isConnected) return;
      this.#presence.stop();
      if (isRunning(this.#state)) this.#close();
      this.#pipeline.release();
    });
  }

  /** The canvas may be new. */
  hostUpdated(): void {
    this.#pipeline.pump();
  }

  /** Where tokens come from has changed: connects with what is new or given anew, or disconnects when nothing is left. */
  setTokens(options: TokenOptions, isGiven: boolean): void {
    const change = this.#tokens.set(options);
    if (change === 'none') this.disconnect();
    else if (change === 'way' && isRunning(this.#state)) this.#link.plan();
    else if (change !== 'nothing') this.#start(change === 'session');
    else if (isGiven && !isRunning(this.#state)) this.connect(options);
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

  /** Whether bytes can be announced now: only one paste or file is on its way at a time. */
  get canSendBytes(): boolean {
    return this.#link.active?.canSendBytes ?? false;
  }

  /**
   * Announces the bytes of a paste or a file, and sends them in pieces while input goes first. Only where `canSendBytes`.
   * @returns whether all of them were sent.
   */
  async sendBytes(announcement: FileMessage | PasteMessage, parts: readonly Bytes[], signal?: AbortSignal): Promise<boolean> {
    const isSent = await this.#link.sendBytes(announcement, parts, signal);
    if (!isSent && !signal?.aborted) this.#reportLoss();
    return isSent;
  }

  snapshot(options: SnapshotOptions): Promise<Blob> {
    return this.#pipeline.snapshot(options);
  }

  /** Has the picture be painted once more, as it is. */
  repaint(): void {
    this.#pipeline.repaint();
  }

  getStats(): LiveViewStats {
    return this.#stats.read(this.#link.active?.roundTripMs ?? null, this.#pipeline.thread);
  }

  onEvent(event: StreamEvent, error: LiveViewError | null = null): void {
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

  onError(error: LiveViewError): void {
    this.#note(error);
    this.#host.dispatchEvent(new LiveViewErrorEvent(error));
  }

  onConnection(token: Token, hello: HelloMessage | undefined): void {
    this.#expiresAt = Number.isNaN(token.expiresAtMs) ? null : new Date(token.expiresAtMs);
    this.#isInputAllowed = token.isInputAllowed && hello?.input_enabled !== false;
    this.#host.requestUpdate();
  }

  onServerMessage(message: StreamMessage): void {
    if (message.type !== 'error') this.#options.onSessionMessage(message);
    else if (this.#errorReports.take()) this.#receiveError(message);
  }

  onMalformed(problem: string): void {
    this.#malformed++;
    if (!this.#malformedReports.take()) return;
    this.onError(new LiveViewError('bad_message', `A message from the server was dropped, number ${this.#malformed}: ${problem}.`));
  }

  onCanvas(): void {
    this.#host.requestUpdate();
  }

  onCounts(counts: FrameCounts): void {
    this.#stats.count(counts);
  }

  onPainted({connection, number, size, viewport, decodeMs}: PaintedFrame): void {
    this.#stats.painted(decodeMs);
    this.onViewport(viewport ?? size);
    if (connection === this.#link.active?.id) this.onEvent('shown');
    this.#host.dispatchEvent(new FrameEvent(size.width, size.height, number));
  }

  onBad({number, problem, cause, inARow}: SpoiltFrame): void {
    const error = new LiveViewError('bad_frame', `Frame ${number} could not be shown: ${problem}.`, {cause});
    if (inARow < MAX_BAD_FRAMES) {
      if (this.#badFrameReports.take()) this.onError(error);
      return;
    }
    this.#link.close();
    this.#pipeline.reset();
    this.onEvent('fail', new LiveViewError('bad_frame', `None of the last ${inARow} frames could be shown.`, {fatal: true, cause: error}));
  }

  onViewport(viewport: Size | null): void {
    if (viewport?.width === this.#viewport?.width && viewport?.height === this.#viewport?.height) return;
    this.#viewport = viewport;
    this.#host.requestUpdate();
    if (viewport) this.#host.dispatchEvent(new ViewportChangeEvent(viewport.width, viewport.height));
  }

  onUnsent(message: PlayerMessage): void {
    if (isLoss(message)) this.#reportLoss();
  }

  onLife(life: 'quiet' | 'heard'): void {
    this.onEvent(life);
  }

  onSeen(isSeen: boolean): void {
    this.#isSeen = isSeen;
    this.#link.setWatched(this.#presence.isPageVisible);
    this.#pipeline.setWatched(this.#presence.isPageVisible);
    this.#hold();
    if (isSeen) this.#link.hurry(PATIENCE_MS.seen);
  }

  onWake(): void {
    this.#link.hurry(PATIENCE_MS.wake);
  }

  /** Nothing tells whether the element comes back, out of the back/forward cache or moved to another document. */
  onLeave(): void {
    if (!isRunning(this.#state)) return;
    this.#hasLeft = true;
    this.#link.close();
    this.onEvent('lost');
  }

  onReturn(): void {
    if (!this.#hasLeft) return;
    this.#hasLeft = false;
    this.#link.open();
  }

  /** What another session has shown is not to be seen any more. */
  #clear(): void {
    this.#pipeline.reset(true);
    this.#expiresAt = null;
    this.onViewport(null);
  }

  #start(isOtherSession: boolean): void {
    this.#isWanted = true;
    if (isOtherSession) this.#clear();
    if (this.#host.isConnected) this.#open();
  }

  #open(): void {
    this.#hasLeft = false;
    this.#pipeline.reset();
    this.#link.open();
    this.onEvent('connect');
  }

  #close(): void {
    this.#hasLeft = false;
    this.#link.close();
    this.#pipeline.reset();
    this.onEvent('disconnect');
  }

  /** The server's own words stay out of it: nobody knows what is in them. */
  #receiveError({code}: ErrorMessage): void {
    if (code === 'not_driving') this.#options.onNotice(code);
    if (REFUSAL_CODES.some((refusal) => refusal === code)) return this.onError(new LiveViewError('input_refused', `The server refused what was sent (${code}).`));
    this.#options.onNotice(code);
    this.onError(new LiveViewError('session_notice', `What happened in the session: ${code}.`));
  }

  #note(error: LiveViewError): void {
    if (error.fatal || this.#state === 'reconnecting' || this.#state === 'connecting') this.#error = error;
  }

  #reportLoss(): void {
    if (this.#hasReportedLoss) return;
    this.#hasReportedLoss = true;
    this.onError(new LiveViewError('input_lost', 'Input could not be sent: the stream is not live.'));
  }

  #hold(): void {
    const isHeld = this.#isPaused || !this.#isSeen;
    if (isHeld) this.letGo();
    this.#link.setHeld(isHeld);
    this.#pipeline.setFrozen(isHeld);
    // The server has answered, and its first picture will not be painted before somebody is back to see it.
    if (isHeld && this.hello && (this.#state === 'connecting' || this.#state === 'reconnecting')) this.onEvent('shown');
  }
}
