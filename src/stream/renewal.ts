import {LiveViewError} from '../errors.js';
import {Backoff} from './backoff.js';
import type {ConnectionHandle, HandleEvents} from './connection-handle.js';
import type {PipelineClient} from './pipeline-client.js';
import type {StreamMessage} from './thread-messages.js';
import {TokenRequestError} from './token-request.js';
import type {Token, TokenSource} from './token-source.js';
import type {ViewerName} from './viewer-name.js';

/** The time before a token's end at which even a held button is released, and its share of the remaining lifetime. */
const LAST_CALL_MS = 5000;
const LAST_CALL_SHARE = 0.4;
/** The longest delay that a timer accepts. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A connection that stands by to take over, and what has arrived on it so far. */
export interface Successor {
  readonly connection: ConnectionHandle;
  readonly messages: readonly StreamMessage[];
  /** Whether its first frame has arrived. Never so while frames are held. */
  readonly hasFrame: boolean;
}

export interface RenewalOptions {
  readonly tokens: TokenSource;
  readonly viewer: ViewerName;
  /** Opens the second connection beside the first. */
  readonly pipeline: PipelineClient;
  readonly isPressing: () => boolean;
  /** Whether frames are held, so that no first frame is awaited. */
  readonly isHeld: () => boolean;
  readonly onError: (error: LiveViewError) => void;
  readonly onReady: (successor: Successor) => void;
}

/**
 * Replaces a connection before its token expires. A second connection is opened with a new token, and takes over at its first
 * frame. It waits while a button, finger or key is down, because the server holds that for the connection that pressed it.
 */
export class Renewal implements HandleEvents {
  readonly #options: RenewalOptions;
  readonly #backoff = new Backoff();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastCallTimer: ReturnType<typeof setTimeout> | undefined;
  #attempt: AbortController | undefined;
  #isDue = false;
  #isLastCall = false;
  #standby: ConnectionHandle | undefined;
  #isPutOff = false;
  #messages: StreamMessage[] = [];
  #hasFrame = false;

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  /** Schedules the renewal of a token, unless another renewal has begun. */
  plan(token: Token): void {
    const {tokens} = this.#options;
    if (this.#isDue || !tokens.canMint) return;
    clearTimeout(this.#timer);
    const delayMs = tokens.renewalDelayMs(token);
    if (delayMs < MAX_TIMER_MS) this.#timer = setTimeout(() => this.#fallDue(token), delayMs);
  }

  cancel(): void {
    this.#attempt?.abort();
    this.#attempt = undefined;
    clearTimeout(this.#timer);
    clearTimeout(this.#lastCallTimer);
    this.#standby?.close();
    this.#forget();
    this.#isDue = this.#isLastCall = false;
    this.#backoff.reset();
  }

  /** Whether a connection stands by. */
  get hasStandby(): boolean {
    return this.#standby !== undefined;
  }

  /** Returns the connection that stands by, ready or not, because the other one is gone. */
  promote(): Successor | undefined {
    const successor = this.#standby && {connection: this.#standby, messages: this.#messages, hasFrame: this.#hasFrame};
    this.#standby = undefined;
    this.cancel();
    return successor;
  }

  /** Checks again whether to take over, because a button came up or a frame arrived. */
  poke(): void {
    if (!this.#isDue) return;
    if (!this.#standby) this.#begin();
    else if (this.#hasFrame || (this.#options.isHeld() && this.#standby.hello)) this.#finish(this.#standby);
  }

  onHello(): void {
    this.poke();
  }

  onServerMessage(_: ConnectionHandle, message: StreamMessage): void {
    this.#messages.push(message);
  }

  onFrame(): void {
    this.#hasFrame = true;
    this.poke();
  }

  onClosed(): void {
    this.#forget();
    this.#beginIn(this.#backoff.next());
  }

  #fallDue(token: Token): void {
    this.#isDue = true;
    const remainingMs = Math.max(0, this.#options.tokens.remainingMs(token));
    this.#lastCallTimer = setTimeout(() => {
      this.#isLastCall = true;
      this.poke();
    }, remainingMs - Math.min(LAST_CALL_MS, remainingMs * LAST_CALL_SHARE));
    this.#begin();
  }

  #mustWait(): boolean {
    return this.#options.isPressing() && !this.#isLastCall;
  }

  #beginIn(delayMs: number): void {
    this.#attempt?.abort();
    this.#attempt = new AbortController();
    this.#timer = setTimeout(() => {
      this.#attempt = undefined;
      this.#begin();
    }, delayMs);
  }

  #begin(): void {
    if (this.#attempt || this.#mustWait()) return;
    const attempt = this.#attempt = new AbortController();
    void this.#open(attempt.signal).catch((error: unknown) => {
      if (!attempt.signal.aborted) this.#fail(error);
    });
  }

  async #open(signal: AbortSignal): Promise<void> {
    const token = await this.#options.tokens.mint('renew', signal);
    if (!signal.aborted) this.#standby = this.#options.pipeline.open(token, this.#options.viewer, this);
  }

  /** The renewal failed, and the stream keeps its token. When that expires, an error follows. */
  #fail(error: unknown): void {
    const isRefusal = error instanceof TokenRequestError;
    if (isRefusal && !error.fatal) this.#beginIn(Math.max(error.retryAfterMs, this.#backoff.next()));
    this.#options.onError(new LiveViewError('token_request_failed', `The token could not be renewed. ${isRefusal ? error.message : ''}`));
  }

  #finish(connection: ConnectionHandle): void {
    if (this.#mustWait()) {
      this.#isPutOff = true;
      connection.setHeld(true);
      return;
    }
    connection.setHeld(this.#options.isHeld());
    if (this.#isPutOff && connection.hello && !this.#options.isHeld()) {
      // Frames from before a pause are old by now. The server answers `resume` with the newest.
      this.#hasFrame = false;
      this.#isPutOff = false;
      return;
    }
    const successor = this.promote();
    if (successor) this.#options.onReady(successor);
  }

  #forget(): void {
    this.#standby = undefined;
    this.#attempt = undefined;
    this.#messages = [];
    this.#hasFrame = false;
    this.#isPutOff = false;
  }
}
