/** The upper bound of the first delay. Each failure doubles the bound. */
const BASE_DELAY_MS = 500;
/** The upper bound of every delay. */
const MAX_DELAY_MS = 30_000;

/**
 * Firefox delays a new socket to an address that has failed: by 0.2 to 0.4 s after the first failure, and 1.5 times as long
 * after each further one. It forgets an address that has not failed for 60 s plus that delay (FailDelayManager in
 * WebSocketChannel.cpp). Without a pause, a page would wait for half a minute after the server has come back. So the element
 * pauses long enough for Firefox to forget: after this many failures, and again after each further round of them.
 */
const FAILURES_BEFORE_REST = 7;
const FAILURES_OF_A_ROUND = 5;
const REST_MS = 68_000;

/**
 * Exponential backoff with full jitter: the nth delay is random between 0 and 0.5 s · 2ⁿ⁻¹, at most 30 s, so that the
 * players of a restarted server do not all reconnect at the same moment.
 */
export class Backoff {
  #failures = 0;
  /** Consecutive failures of sockets that never opened: Firefox counts only those. */
  #unopened = 0;

  /**
   * How long to wait after one more failure, in milliseconds.
   * @param hasOpened whether the socket that failed had opened.
   */
  next(hasOpened = false): number {
    const delayMs = Math.random() * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** this.#failures++);
    this.#unopened = hasOpened ? 0 : this.#unopened + 1;
    const over = this.#unopened - FAILURES_BEFORE_REST;
    // Other browsers' user agents contain "like Gecko".
    const isRest = over >= 0 && over % FAILURES_OF_A_ROUND === 0 && navigator.userAgent.includes('Gecko/');
    return isRest ? delayMs + REST_MS : delayMs;
  }

  reset(): void {
    this.#failures = this.#unopened = 0;
  }
}
