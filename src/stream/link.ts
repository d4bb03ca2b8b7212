import {LiveViewError} from '../errors.js';
import {CLOSE_CODE, closeAction} from '../protocol.js';
import type {HelloMessage, PlayerMessage, ServerMessage} from '../protocol.js';
import {Backoff} from './backoff.js';
import {Connection} from './connection.js';
import type {ConnectionEvents} from './connection.js';
import type {FrameSource} from './frame-painter.js';
import {Renewal} from './renewal.js';
import type {Successor} from './renewal.js';
import {CLOCK_TRUST} from './server-clock.js';
import type {StreamEvent} from './state.js';
import {TokenRequestError} from './token-request.js';
import type {Token, TokenSource} from './token-source.js';

/** A connection that has held for this long was a good one: the next break is retried as a first one. */
const HEALTHY_AFTER_MS = 10_000;
/** New tokens that are refused one after the other, before it is given up. */
const MAX_REFUSED_TOKENS = 3;
/** The reason of a 4401 that comes at the end of a token's life. */
const TOKEN_EXPIRED = 'token_expired';

export interface LinkOptions {
  readonly tokens: TokenSource;
  readonly isPressing: () => boolean;
  readonly letGo: () => void;
  readonly onEvent: (event: StreamEvent, error?: LiveViewError) => void;
  readonly onError: (error: LiveViewError) => void;
  /** Something of the connection that counts is known: its token, or what the server says of itself. */
  readonly onConnection: (token: Token, hello: HelloMessage | undefined) => void;
  readonly onFrame: (bytes: ArrayBuffer, number: number, source: FrameSource) => void;
  readonly onMessage: (message: ServerMessage) => void;
  readonly onMalformed: (problem: string) => void;
}

/**
 * Keeps one connection to the session: opens it, opens it again when it breaks, and replaces it before its token runs
 * out. There is never more than one that counts.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #backoff = new Backoff();
  readonly #renewal: Renewal;
  #active: Connection | undefined;
  #attempt: AbortController | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #isHeld = false;
  #isWatched = true;
  #openedAtMs = 0;
  /** Until when whoever mints tokens wants to be left in peace. */
  #notBeforeMs = 0;
  #refusedTokens = 0;

  readonly #events: ConnectionEvents = {
    onHello: (connection, hello) => this.#greet(connection, hello),
    onMessage: (_, message) => this.#options.onMessage(message),
    onMalformed: (_, problem) => this.#options.onMalformed(problem),
    onFrame: (connection, bytes) => this.#receiveFrame(connection, bytes),
    onLife: (_, life) => this.#options.onEvent(life),
    onClosed: (connection, code, reason) => this.#lose(connection, code, reason),
  };

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#renewal = new Renewal({
      tokens: options.tokens, isPressing: options.isPressing, isHeld: () => this.#isHeld, onError: options.onError,
      onReady: (successor) => this.#takeOver(successor),
    });
  }

  get hello(): HelloMessage | undefined {
    return this.#active?.hello;
  }

  get roundTripMs(): number | null {
    return this.#active?.roundTripMs ?? null;
  }

  /** Whether the network takes messages more slowly than they come. */
  get isBehind(): boolean {
    return this.#active?.isBehind ?? false;
  }

  /** Whether something came on the connection that counts now. */
  isCurrent(source: FrameSource): boolean {
    return source === this.#active;
  }

  /** Connects; what there was is closed. */
  open(): void {
    this.close();
    this.#backoff.reset();
    this.#refusedTokens = 0;
    this.#connect();
  }

  /** Lets go of everything that is pressed, and closes whatever there is. */
  close(): void {
    this.#stopTrying();
    this.#renewal.cancel();
    if (this.#active) this.#options.letGo();
    this.#active?.close();
    this.#active = undefined;
  }

  send(message: PlayerMessage): boolean {
    const isSent = this.#active?.send(message) ?? false;
    // The renewal waits for the last button to come up, which is known once the caller has returned.
    queueMicrotask(() => this.#renewal.poke());
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

  /** The network, or somebody's attention, is back: no waiting any more. */
  hurry(): void {
    if (this.#active) this.#active.check();
    else if (this.#retryTimer !== undefined) this.#retryIn(this.#notBeforeMs - performance.now());
  }

  /** Tokens can be minted now, and could not before. */
  plan(): void {
    if (this.#active) this.#renewal.plan(this.#active.token);
  }

  #stopTrying(): void {
    this.#attempt?.abort();
    this.#attempt = undefined;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
  }

  #connect(): void {
    this.#stopTrying();
    const attempt = this.#attempt = new AbortController();
    void this.#open(attempt.signal).catch((error: unknown) => {
      if (!attempt.signal.aborted) this.#failToOpen(error);
    });
  }

  async #open(signal: AbortSignal): Promise<void> {
    const token = await this.#options.tokens.take(signal);
    if (signal.aborted) return;
    this.#adopt(new Connection(token, this.#events));
  }

  #adopt(connection: Connection): void {
    this.#active = connection;
    this.#openedAtMs = performance.now();
    connection.setHeld(this.#isHeld);
    connection.setWatched(this.#isWatched);
    this.#announce(connection);
  }

  #announce(connection: Connection): void {
    this.#options.onConnection(connection.token, connection.hello);
    this.plan();
  }

  #greet(connection: Connection, {server_time: serverTime}: HelloMessage): void {
    this.#refusedTokens = 0;
    if (serverTime !== undefined) this.#options.tokens.clock.learn(Date.parse(serverTime), CLOCK_TRUST.session);
    this.#options.tokens.keep(connection.token);
    this.#announce(connection);
    if (this.#isHeld) this.#options.onEvent('shown');
  }

  #receiveFrame(connection: Connection, bytes: ArrayBuffer): void {
    this.#refusedTokens = 0;
    this.#options.onFrame(bytes, connection.framesReceived, connection);
    if (this.#isHeld) this.#options.onEvent('shown');
    this.#renewal.poke();
  }

  #takeOver({connection, messages, frame}: Successor): void {
    if (this.#options.isPressing()) this.#options.letGo();
    this.#options.tokens.keep(connection.token);
    connection.listen(this.#events);
    if (this.#active) connection.succeed(this.#active);
    this.#adopt(connection);
    for (const message of messages) if (this.isCurrent(connection)) this.#options.onMessage(message);
    if (frame && this.isCurrent(connection)) this.#receiveFrame(connection, frame);
  }

  #lose(connection: Connection, code: number, reason: string): void {
    this.#active = undefined;
    this.#options.letGo();
    const action = closeAction(code);
    if (action === 'end' || action === 'fail') {
      this.close();
      this.#options.onEvent(action, closeError(code));
      return;
    }
    if (performance.now() - this.#openedAtMs > HEALTHY_AFTER_MS) this.#backoff.reset();
    if (action === 'mint' && !this.#reject(connection, reason)) return;
    const delayMs = action === 'mint' && this.#refusedTokens === 1 ? 0 : this.#backoff.next();
    // Whoever hears of the loss may stop it all.
    this.#retryIn(delayMs);
    this.#options.onEvent('lost', new LiveViewError('connection_lost', `The connection was lost (${code}); it is being made again.`));
    const successor = this.#renewal.promote();
    if (!successor) return;
    this.#stopTrying();
    this.#takeOver(successor);
  }

  /** The server refused the token; false when there is no other one. */
  #reject({token, hello, framesReceived}: Connection, reason: string): boolean {
    const {tokens} = this.#options;
    // A stream is closed the moment its token expires: that tells what time it is at the server.
    if (reason === TOKEN_EXPIRED && (hello || framesReceived > 0)) tokens.clock.learn(token.expiresAtMs, CLOCK_TRUST.expiry);
    tokens.reject();
    if (this.#renewal.hasStandby) return true;
    this.#refusedTokens++;
    if (tokens.canMint && this.#refusedTokens <= MAX_REFUSED_TOKENS) return true;
    this.close();
    this.#options.onEvent('expire', closeError(CLOSE_CODE.tokenRejected));
    return false;
  }

  #failToOpen(error: unknown): void {
    if (error instanceof TokenRequestError && error.action === 'retry') {
      this.#notBeforeMs = performance.now() + error.retryAfterMs;
      this.#retryIn(Math.max(error.retryAfterMs, this.#backoff.next()));
      this.#options.onError(new LiveViewError('token_request_failed', error.message));
    } else {
      const event = error instanceof TokenRequestError && error.action === 'end' ? 'end' : 'fail';
      this.#options.onEvent(event, asFatal(error, event));
    }
  }

  #retryIn(delayMs: number): void {
    this.#stopTrying();
    this.#retryTimer = setTimeout(() => this.#connect(), delayMs);
  }
}

function asFatal(error: unknown, event: 'end' | 'fail'): LiveViewError {
  if (error instanceof LiveViewError) return error;
  if (error instanceof TokenRequestError) {
    return new LiveViewError(event === 'end' ? 'session_ended' : 'token_request_failed', error.message, {fatal: true});
  }
  return new LiveViewError('url_refused', 'The browser refused to open the preview address.', {fatal: true});
}

const SESSION_ENDED = ['session_ended', 'The session has ended.'] as const;

/** What a close code that ends it all means to the person who meets it. */
const CLOSE_ERRORS: Readonly<Record<number, readonly [code: LiveViewError['code'], message: string]>> = {
  [CLOSE_CODE.normal]: SESSION_ENDED,
  [CLOSE_CODE.sessionEnded]: SESSION_ENDED,
  [CLOSE_CODE.sessionNotFound]: ['session_ended', 'The session is not there any more.'],
  [CLOSE_CODE.forbidden]: ['refused', 'The server does not allow this page to watch the session.'],
  [CLOSE_CODE.badMessage]: ['refused', 'The server did not understand this player; one of them may be outdated.'],
  [CLOSE_CODE.tokenRejected]: ['token_expired', 'The token has expired or was refused.'],
};

function closeError(code: number): LiveViewError {
  const [name, message] = CLOSE_ERRORS[code] ?? SESSION_ENDED;
  return new LiveViewError(name, message, {fatal: true});
}
