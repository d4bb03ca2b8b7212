import type {ReactiveController, ReactiveControllerHost} from 'lit';
import type {LiveViewError} from '../errors.js';
import type {FEATURES, FileMessage, HelloMessage, PasteMessage, PlayerMessage, Size} from '../protocol.js';
import type {Bytes, BytesProgress} from './byte-sender.js';
import {isFlow} from './connection.js';
import {Link} from './link.js';
import {isLoss} from './loss.js';
import {PipelineClient} from './pipeline-client.js';
import {Presence} from './presence.js';
import type {PresenceEvents} from './presence.js';
import type {SnapshotOptions} from './snapshot.js';
import {isRunning} from './state.js';
import {StatsRecorder} from './stats.js';
import type {LiveViewStats} from './stats.js';
import {StreamListener} from './stream-listener.js';
import type {StreamListenerOptions} from './stream-listener.js';
import {StreamStatus} from './stream-status.js';
import {type TokenOptions, TokenSource} from './token-source.js';

/** How long a pending attempt may have taken when the network or the person is back. An older one is replaced by a new attempt. */
const PATIENCE_MS = {wake: 1000, seen: 5000};

/** The stream of an element: connects and disconnects as the page wants, and holds the frames while nobody sees them. */
export class StreamController implements ReactiveController, PresenceEvents {
  readonly #host: ReactiveControllerHost & HTMLElement;
  /** Listeners for what happens on the stream. */
  readonly status: StreamStatus;
  readonly #listener: StreamListener;
  readonly #tokens = new TokenSource();
  readonly #stats = new StatsRecorder();
  readonly #pipeline: PipelineClient;
  readonly #link: Link;
  readonly #presence: Presence;
  /** Whether the page wants a stream while the element is in a document. */
  #isWanted = false;
  #isPaused = false;
  #isSeen = true;
  /** The document has gone, perhaps for good, and with it the socket. */
  #hasLeft = false;

  constructor(host: ReactiveControllerHost & HTMLElement, options: StreamListenerOptions) {
    this.#host = host;
    this.status = new StreamStatus(host);
    this.#listener = new StreamListener(host, this.status, this.#stats, {
      ...options, isActive: (connection) => connection === this.#link.active?.id, giveUp: (error) => this.#stop('fail', error),
    });
    this.#pipeline = new PipelineClient(this.#listener);
    this.#link = new Link(this.#tokens, this.#pipeline, this.#listener);
    this.#presence = new Presence(host, this);
    host.addController(this);
  }

  /** The size of the picture in its own pixels. Null while there is none. */
  get pictureSize(): Size | null {
    return this.#pipeline.size;
  }

  /** The server's `hello`. Undefined before it, and for a server that only sends frames and accepts input. */
  get hello(): HelloMessage | undefined {
    return this.#link.active?.hello;
  }

  /** The host and port of the stream. Empty while there is none. */
  get previewHost(): string {
    return this.#link.active?.token.url.split('/')[2] ?? '';
  }

  /** The server's current time, in milliseconds since the epoch. */
  get serverNowMs(): number {
    return this.#tokens.clock.nowMs;
  }

  /** Whether the server has a feature beyond sections 1 to 8 of the protocol. */
  hasFeature(name: (typeof FEATURES)[number]): boolean {
    return this.hello?.features?.includes(name) ?? false;
  }

  /** Whether the network is slower than the messages. Then everything that can wait should wait. */
  get isBehind(): boolean {
    return this.#link.active?.isBehind ?? false;
  }

  hostConnected(): void {
    this.#pipeline.prepare();
    this.#presence.start();
    if (this.#hasLeft) this.onReturn();
    else if (this.#isWanted && this.status.state === 'idle') this.#open();
  }

  /** An element that is only moved is in a document again before the next task, perhaps a few promises later (Turbo), and its stream goes on. */
  hostDisconnected(): void {
    setTimeout(() => {
      if (this.#host.isConnected) return;
      this.#presence.stop();
      if (isRunning(this.status.state)) this.#stop('disconnect');
      this.#pipeline.release();
    });
  }

  /** The canvas may be a new one. */
  hostUpdated(): void {
    this.#pipeline.pump();
  }

  /** The token settings have changed: connects with what was set, or disconnects if nothing is left. */
  setTokens(options: TokenOptions, isGiven: boolean): void {
    const change = this.#tokens.set(options);
    if (change === 'none') this.disconnect();
    else if (change === 'way' && isRunning(this.status.state)) this.#link.plan();
    else if (change !== 'nothing') this.#start(change === 'session');
    else if (isGiven && !isRunning(this.status.state)) this.connect(options);
  }

  /** Holds the frames without closing the socket. */
  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#hold();
  }

  /** Starts over. After the end, uses a new token if one can be requested. */
  connect(options: TokenOptions): void {
    const change = this.#tokens.set(options);
    if (this.status.state !== 'idle' && !isRunning(this.status.state)) this.#tokens.renounce();
    this.#start(change === 'session');
  }

  disconnect(): void {
    this.#isWanted = false;
    this.#stop('disconnect');
    this.#clear();
  }

  /** Sends a message on the current socket. Returns false if it could not be sent. */
  send(message: PlayerMessage): boolean {
    const isSent = this.#link.send(message);
    if (!isSent && isLoss(message)) this.status.reportLoss();
    if (isSent && !isFlow(message)) this.#stats.inputsSent++;
    return isSent;
  }

  /** Whether bytes can be announced now: only one paste or file is sent at a time. */
  get canSendBytes(): boolean {
    return this.#link.active?.canSendBytes ?? false;
  }

  /**
   * Announces the bytes of a paste or a file, and sends them in pieces while input goes first. Only where `canSendBytes`.
   * @returns whether all of them were sent.
   */
  async sendBytes(announcement: FileMessage | PasteMessage, parts: readonly Bytes[], progress?: BytesProgress, signal?: AbortSignal): Promise<boolean> {
    const isSent = await this.#link.sendBytes(announcement, parts, progress, signal);
    // The rest of a file is sent on the next connection.
    if (!isSent && announcement.type === 'paste') this.status.reportLoss();
    return isSent;
  }

  snapshot(options: SnapshotOptions): Promise<Blob> {
    return this.#pipeline.snapshot(options);
  }

  /** Paints the current picture once more. */
  repaint(): void {
    this.#pipeline.repaint();
  }

  /** Whether the picture is in a window of its own, which goes on while the element is out of sight. */
  setFloating(isFloating: boolean): void {
    this.#presence.setFloating(isFloating);
  }

  getStats(): LiveViewStats {
    return this.#stats.read(this.#link.active?.roundTripMs ?? null, this.#pipeline.thread);
  }

  onSeen(isSeen: boolean): void {
    this.#isSeen = isSeen;
    this.#link.setWatched(this.#presence.isOnScreen);
    this.#pipeline.setWatched(this.#presence.isOnScreen);
    this.#hold();
    if (isSeen) this.#link.hurry(PATIENCE_MS.seen);
  }

  onWake(): void {
    this.#link.hurry(PATIENCE_MS.wake);
  }

  /** Nothing says whether the element will come back, from the back/forward cache or in another document. */
  onLeave(): void {
    if (!isRunning(this.status.state)) return;
    this.#hasLeft = true;
    this.#link.close();
    this.status.apply('lost');
  }

  onReturn(): void {
    if (!this.#hasLeft) return;
    this.#hasLeft = false;
    this.#link.open();
  }

  /** The picture of another session must no longer be seen. */
  #clear(): void {
    this.#pipeline.reset(true);
    this.status.clear();
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
    this.status.apply('connect');
  }

  #stop(event: 'disconnect' | 'fail', error?: LiveViewError): void {
    this.#hasLeft = false;
    this.#link.close();
    this.#pipeline.reset();
    this.status.apply(event, error);
  }

  #hold(): void {
    const isHeld = this.#isPaused || !this.#isSeen;
    if (isHeld) this.#listener.letGo();
    this.#link.setHeld(isHeld);
    this.#pipeline.setFrozen(isHeld);
    // The server has answered, and its first picture will not be painted before the view is visible again.
    if (isHeld && this.hello && (this.status.state === 'connecting' || this.status.state === 'reconnecting')) this.#listener.onEvent('shown');
  }
}
