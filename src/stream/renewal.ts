import {LiveViewError} from '../errors.js';
import {Backoff} from './backoff.js';
import type {ConnectionHandle, HandleEvents} from './connection-handle.js';
import type {PipelineClient} from './pipeline-client.js';
import type {StreamMessage} from './thread-messages.js';
import {TokenRequestError} from './token-request.js';
import type {Token, TokenSource} from './token-source.js';
import type {ViewerName} from './viewer-name.js';

/** The end of a token's life at which even a held button is let go of, and its share of what is left by then. */
const LAST_CALL_MS = 5000;
const LAST_CALL_SHARE = 0.4;
/** The longest delay that a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** A connection that is ready to take over: what has come on it so far. */
export interface Successor {
  readonly connection: ConnectionHandle;
  readonly messages: readonly StreamMessage[];
  /** Whether there is a picture of it; not so where its frames are held. */
  readonly hasFrame: boolean;
}

export interface RenewalOptions {
  readonly tokens: TokenSource;
  readonly viewer: ViewerName;
  /** Where the second connection is opened: beside the first. */
  readonly pipeline: PipelineClient;
  readonly isPressing: () => boolean;
  /** Whether frames are held, so that none is to be waited for. */
  readonly isHeld: () => boolean;
  readonly onError: (error: LiveViewError) => void;
  readonly onReady: (successor: Successor) => void;
}

/**
 * Replaces a connection before its token runs out. A second one is opened with a new token, and is ready at its first
 * frame; but not while a button, finger or key is down, which the server holds for the connection that pressed it.
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

  /** Plans the renewal of a token, unless that of another has begun. */
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

  /** Whether there is a connection that can be promoted. */
  get hasStandby(): boolean {
    return this.#standby !== undefined;
  }

  /** Gives away a connection that is not ready, because there is no other any more. */
  promote(): Successor | undefined {
    const successor = this.#standby && {connection: this.#standby, messages: this.#messages, hasFrame: this.#hasFrame};
    this.#standby = undefined;
    this.cancel();
    return successor;
  }

  /** Something has changed that this may have waited for: a button came up, a frame came in. */
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

  /** The stream goes on with the token it has; when that runs out, it is said what came of it. */
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
      // What has come before the pause is old by now; a resume is answered by the newest frame.
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
