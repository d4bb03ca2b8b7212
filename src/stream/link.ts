import {LiveViewError} from '../errors.js';
import type {LiveViewErrorCode} from '../errors.js';
import {CLOSE_CODE, closeAction} from '../protocol.js';
import type {FileMessage, HelloMessage, PasteMessage, PlayerMessage} from '../protocol.js';
import {Backoff} from './backoff.js';
import type {Bytes, BytesProgress} from './byte-sender.js';
import type {ConnectionHandle, HandleEvents} from './connection-handle.js';
import type {PipelineClient} from './pipeline-client.js';
import {RateLimit} from './rate-limit.js';
import {Renewal} from './renewal.js';
import type {Successor} from './renewal.js';
import {CLOCK_TRUST} from './server-clock.js';
import type {StreamEvent} from './state.js';
import type {StreamMessage} from './thread-messages.js';
import {TokenRequestError} from './token-request.js';
import type {Token, TokenSource} from './token-source.js';
import {ViewerName} from './viewer-name.js';

/** A connection that lasted this long was good, so the next break counts as the first. */
const HEALTHY_AFTER_MS = 10_000;
/** How many new tokens in a row may be refused before the element gives up. */
const MAX_REFUSED_TOKENS = 3;
/** The time between two starts, if the page makes many. */
const START_DELAY_MS = 1000;
/** The reason of a 4401 at the end of a token's lifetime. */
const TOKEN_EXPIRED = 'token_expired';

/** The owner of a link: receives what happens, and says whether anything is pressed. */
export interface LinkOwner {
  /** Whether a button, finger or key is down. A socket is not replaced then. */
  readonly isPressing: () => boolean;
  /** The socket is about to be closed, and can still carry a last message that releases everything. */
  readonly letGo: () => void;
  onEvent(event: StreamEvent, error?: LiveViewError): void;
  onError(error: LiveViewError): void;
  /** The token or the `hello` of the current connection has become known. */
  onConnection(token: Token, hello: HelloMessage | undefined): void;
  onServerMessage(message: StreamMessage): void;
  onMalformed(problem: string): void;
}

/**
 * Keeps one connection to the session: opens it, opens it again when it breaks, and replaces it before its token
 * expires. There is at most one current connection.
 */
export class Link implements HandleEvents {
  readonly #tokens: TokenSource;
  readonly #pipeline: PipelineClient;
  readonly #owner: LinkOwner;
  readonly #backoff = new Backoff();
  readonly #viewer = new ViewerName();
  readonly #renewal: Renewal;
  #active: ConnectionHandle | undefined;
  #attempt: AbortController | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  /** Replaces a pending attempt when its time is over. */
  #patienceTimer: ReturnType<typeof setTimeout> | undefined;
  #triedAtMs = 0;
  readonly #starts = new RateLimit();
  #isHeld = false;
  #isWatched = true;
  #openedAtMs = 0;
  /** The time before which no token is requested, as `Retry-After` asks. */
  #notBeforeMs = 0;
  #refusedTokens = 0;

  constructor(tokens: TokenSource, pipeline: PipelineClient, owner: LinkOwner) {
    this.#tokens = tokens;
    this.#pipeline = pipeline;
    this.#owner = owner;
    this.#renewal = new Renewal({
      tokens, pipeline, viewer: this.#viewer, isPressing: () => owner.isPressing() || this.#active?.isSendingBytes === true,
      isHeld: () => this.#isHeld, onError: (error) => owner.onError(error),
      onReady: (successor) => this.#takeOver(successor),
    });
  }

  /** The current connection. */
  get active(): ConnectionHandle | undefined {
    return this.#active;
  }

  /** Connects, and closes the connection before. */
  open(): void {
    this.close();
    this.#backoff.reset();
    this.#refusedTokens = 0;
    if (this.#starts.take()) return this.#connect();
    // A page may start over at each failure, or at each render.
    this.#notBeforeMs = performance.now() + START_DELAY_MS;
    this.#retryIn(START_DELAY_MS);
  }

  /** Releases everything that is pressed, and closes every connection. */
  close(): void {
    this.#stopTrying();
    this.#renewal.cancel();
    if (this.#active) this.#owner.letGo();
    this.#active?.close();
    this.#active = undefined;
  }

  send(message: PlayerMessage): boolean {
    const isSent = this.#active?.send(message) ?? false;
    // The renewal waits until the last button is up, which is known once the caller has returned.
    queueMicrotask(() => this.#renewal.poke());
    return isSent;
  }

  /** Announces bytes and sends them on the current socket. @returns whether all of them were sent. */
  async sendBytes(announcement: FileMessage | PasteMessage, parts: readonly Bytes[], progress?: BytesProgress, signal?: AbortSignal): Promise<boolean> {
    const isSent = this.#active?.canSendBytes === true && await this.#active.sendBytes(announcement, parts, progress, signal);
    // The renewal has waited for the last byte.
    this.#renewal.poke();
    return isSent;
  }

  setHeld(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#active?.setHeld(isHeld);
    this.#renewal.poke();
  }

  setWatched(isWatched: boolean): void {
    this.#isWatched = isWatched;
    this.#active?.setWatched(isWatched);
  }

  /**
   * The network is back, or the person is: does not wait any longer.
   * @param patienceMs how long a pending attempt may have taken before another one replaces it.
   */
  hurry(patienceMs: number): void {
    if (this.#active?.isAnswered) this.#active.check();
    else if (this.#retryTimer !== undefined) this.#retryIn(this.#notBeforeMs - performance.now());
    else if (this.#attempt) this.#waitFor(patienceMs - (performance.now() - this.#triedAtMs));
  }

  /** Tokens can be requested now, and could not before. */
  plan(): void {
    if (this.#active) this.#renewal.plan(this.#active.token);
  }

  onHello({token}: ConnectionHandle, {server_time: serverTime = ''}: HelloMessage): void {
    this.#tokens.clock.learn(Date.parse(serverTime), CLOCK_TRUST.session);
    this.#tokens.keep(token);
    this.#announce();
    this.#noteAnswer();
  }

  onServerMessage(_: ConnectionHandle, message: StreamMessage): void {
    this.#owner.onServerMessage(message);
  }

  onMalformed(problem: string): void {
    this.#owner.onMalformed(problem);
  }

  onFrame(): void {
    this.#noteAnswer();
    this.#renewal.poke();
  }

  onLife(life: 'quiet' | 'heard'): void {
    this.#owner.onEvent(life);
  }

  onClosed(connection: ConnectionHandle, code: number, reason: string): void {
    this.#active = undefined;
    this.#owner.letGo();
    const action = closeAction(code);
    if (action === 'end' || action === 'fail') return this.#giveUp(action, code);
    if (performance.now() - this.#openedAtMs > HEALTHY_AFTER_MS) this.#backoff.reset();
    if (action === 'mint' && !this.#replaceToken(connection, reason)) return this.#giveUp('expire', code);
    // A listener for the loss may stop everything.
    this.#retryIn(action === 'mint' && this.#refusedTokens === 1 ? 0 : this.#backoff.next(connection.hello !== undefined));
    this.#owner.onEvent('lost', new LiveViewError('connection_lost', `The connection was lost (${code}).`));
    const successor = this.#renewal.promote();
    if (!successor) return;
    this.#stopTrying();
    this.#takeOver(successor);
  }

  #stopTrying(): void {
    this.#attempt?.abort();
    this.#attempt = undefined;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#patienceTimer);
    this.#retryTimer = undefined;
  }

  /** Gives a pending attempt this long for an answer. */
  #waitFor(delayMs: number): void {
    clearTimeout(this.#patienceTimer);
    this.#patienceTimer = setTimeout(() => {
      this.#active?.close();
      this.#active = undefined;
      this.#connect();
    }, delayMs);
  }

  #retryIn(delayMs: number): void {
    this.#stopTrying();
    this.#retryTimer = setTimeout(() => this.#connect(), delayMs);
  }

  #connect(): void {
    this.#stopTrying();
    this.#triedAtMs = performance.now();
    const {signal} = this.#attempt = new AbortController();
    void this.#open(signal).catch((error: unknown) => {
      if (!signal.aborted) this.#failToOpen(error);
    });
  }

  async #open(signal: AbortSignal): Promise<void> {
    const token = await this.#tokens.take(signal);
    await this.#pipeline.choose();
    if (signal.aborted) return;
    const connection = this.#pipeline.open(token, this.#viewer, this);
    connection.show();
    this.#adopt(connection);
  }

  #failToOpen(error: unknown): void {
    const isRefusal = error instanceof TokenRequestError;
    if (isRefusal && !error.fatal) {
      this.#notBeforeMs = performance.now() + error.retryAfterMs;
      this.#retryIn(Math.max(error.retryAfterMs, this.#backoff.next()));
      this.#owner.onError(error);
    } else {
      this.#owner.onEvent(isRefusal && error.code === 'session_ended' ? 'end' : 'fail', error instanceof LiveViewError
        ? error : new LiveViewError('url_refused', 'The browser refused the preview address.', {fatal: true}));
    }
  }

  #adopt(connection: ConnectionHandle): void {
    this.#active = connection;
    this.#openedAtMs = performance.now();
    connection.setHeld(this.#isHeld);
    connection.setWatched(this.#isWatched);
    this.#announce();
  }

  #announce(): void {
    if (this.#active) this.#owner.onConnection(this.#active.token, this.#active.hello);
    this.plan();
  }

  /** The server has accepted the token. A picture that is held back is not painted before the view is visible. */
  #noteAnswer(): void {
    this.#refusedTokens = 0;
    clearTimeout(this.#patienceTimer);
    if (this.#isHeld) this.#owner.onEvent('shown');
  }

  #takeOver({connection, messages, hasFrame}: Successor): void {
    if (this.#owner.isPressing()) this.#owner.letGo();
    this.#tokens.keep(connection.token);
    connection.listen(this);
    connection.show();
    this.#active?.retire();
    this.#adopt(connection);
    for (const message of messages) if (connection === this.#active) this.#owner.onServerMessage(message);
    if (hasFrame && connection === this.#active) this.onFrame();
  }

  /** The server refused the token. Returns false if there is no other one. */
  #replaceToken({token, isAnswered}: ConnectionHandle, reason: string): boolean {
    // A server closes a stream the moment its token expires, which tells the server's time.
    if (reason === TOKEN_EXPIRED && isAnswered) this.#tokens.clock.learn(token.expiresAtMs, CLOCK_TRUST.expiry);
    this.#tokens.reject();
    return this.#renewal.hasStandby || (this.#tokens.canMint && ++this.#refusedTokens <= MAX_REFUSED_TOKENS);
  }

  #giveUp(event: 'end' | 'fail' | 'expire', code: number): void {
    this.close();
    const [name, message] = CLOSE_ERRORS[code]?.() ?? ['session_ended', 'The session has ended.'];
    this.#owner.onEvent(event, new LiveViewError(name, message, {fatal: true}));
  }
}

/** The error of each final close code. Any other one means that the session has ended. */
const CLOSE_ERRORS: Readonly<Record<number, () => readonly [code: LiveViewErrorCode, message: string]>> = {
  [CLOSE_CODE.forbidden]: () => ['refused', `The server refused the token or this page's origin. Allow ${origin} at the server (CHASER_ALLOWED_ORIGINS).`],
  [CLOSE_CODE.badMessage]: () => ['refused', 'The server did not understand a message.'],
  [CLOSE_CODE.tokenRejected]: () => ['token_expired', 'The token has expired or was refused.'],
};
