import type {ReactiveControllerHost} from 'lit';
import {LiveViewError} from '../errors.js';
import {LiveViewErrorEvent, StateChangeEvent, ViewportChangeEvent} from '../events.js';
import type {LiveViewState} from '../events.js';
import type {HelloMessage, Size} from '../protocol.js';
import {type StreamEvent, nextState} from './state.js';
import type {Token} from './token-source.js';

/**
 * The status of a stream for the person and the page: its state, error, viewport, and what its token allows. Fires `statechange`, `error`
 * and `viewportchange` on the element. An event is always the last step, because its listeners may stop the stream or start it over.
 */
export class StreamStatus {
  readonly #host: ReactiveControllerHost & HTMLElement;
  #state: LiveViewState = 'idle';
  #error: LiveViewError | null = null;
  #viewport: Size | null = null;
  #expiresAt: Date | null = null;
  #isInputAllowed = false;
  #hasReportedLoss = false;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
  }

  get state(): LiveViewState {
    return this.#state;
  }

  /** The current error. Null while nothing is wrong. */
  get error(): LiveViewError | null {
    return this.#error;
  }

  /** The viewport that the frames show, in CSS pixels. Null until it is known. */
  get viewport(): Size | null {
    return this.#viewport;
  }

  /** When the token expires. Null until the time is known. */
  get expiresAt(): Date | null {
    return this.#expiresAt;
  }

  /** Whether the token allows input. */
  get isInputAllowed(): boolean {
    return this.#isInputAllowed;
  }

  /** Whether the token is known to be watch-only. */
  get isWatchToken(): boolean {
    return this.#viewport !== null && !this.#isInputAllowed;
  }

  /** Something has happened to the stream, perhaps because of an error. */
  apply(event: StreamEvent, error: LiveViewError | null = null): void {
    const previous = this.#state;
    this.#state = nextState(previous, event);
    if (this.#state === 'live') this.#hasReportedLoss = false;
    if (this.#state === 'live' || event === 'connect' || event === 'disconnect') this.#error = null;
    if (error) this.#note(error);
    if (this.#state !== previous) {
      this.#host.requestUpdate();
      this.#host.dispatchEvent(new StateChangeEvent(this.#state, previous));
    }
    if (error) this.#host.dispatchEvent(new LiveViewErrorEvent(error));
  }

  /** Reports an error that does not change the state. */
  report(error: LiveViewError): void {
    this.#note(error);
    this.#host.dispatchEvent(new LiveViewErrorEvent(error));
  }

  /** Reports that input was lost, once until the stream is live again. */
  reportLoss(): void {
    if (this.#hasReportedLoss) return;
    this.#hasReportedLoss = true;
    this.report(new LiveViewError('input_lost', 'Input could not be sent: the stream is not live.'));
  }

  setViewport(viewport: Size | null): void {
    if (viewport?.width === this.#viewport?.width && viewport?.height === this.#viewport?.height) return;
    this.#viewport = viewport;
    this.#host.requestUpdate();
    if (viewport) this.#host.dispatchEvent(new ViewportChangeEvent(viewport.width, viewport.height));
  }

  /** There is another current connection, or its `hello` has arrived. */
  setConnection(token: Token, hello: HelloMessage | undefined): void {
    this.#expiresAt = Number.isNaN(token.expiresAtMs) ? null : new Date(token.expiresAtMs);
    this.#isInputAllowed = token.isInputAllowed && hello?.input_enabled !== false;
    this.#host.requestUpdate();
  }

  /** The next session is another one. */
  clear(): void {
    this.#expiresAt = null;
    this.setViewport(null);
  }

  #note(error: LiveViewError): void {
    if (error.fatal || this.#state === 'reconnecting' || this.#state === 'connecting') this.#error = error;
  }
}
