/** The longest first delay; each failure doubles it. */
const BASE_DELAY_MS = 500;
/** The longest delay at all. */
const MAX_DELAY_MS = 30_000;

/**
 * Firefox holds a socket back whose address has failed before: 0.2 to 0.4 s after the first failure, half as much again
 * after each further one, and forgets an address that has not failed for 60 s and that delay (FailDelayManager in
 * WebSocketChannel.cpp). When the server is back at last, a page would wait for half a minute. So there is a rest in which
 * Firefox forgets, after these many failures and then after each round of some more.
 */
const FAILURES_BEFORE_REST = 7;
const FAILURES_OF_A_ROUND = 5;
const REST_MS = 68_000;

/**
 * Exponential backoff with full jitter: the nth delay is anywhere from nothing to 0.5 s · 2ⁿ, at most 30 s, so that
 * the players of a server that restarts don't all come back at once.
 */
export class Backoff {
  #failures = 0;
  /** Failures on end of sockets that never opened: only those does Firefox count. */
  #unopened = 0;

  /**
   * How long to wait after one more failure, in milliseconds.
   * @param hasOpened whether it is of a socket that had opened.
   */
  next(hasOpened = false): number {
    const delayMs = Math.random() * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** this.#failures++);
    this.#unopened = hasOpened ? 0 : this.#unopened + 1;
    const over = this.#unopened - FAILURES_BEFORE_REST;
    // Others say that they are "like Gecko".
    const isRest = over >= 0 && over % FAILURES_OF_A_ROUND === 0 && navigator.userAgent.includes('Gecko/');
    return isRest ? delayMs + REST_MS : delayMs;
  }

  reset(): void {
    this.#failures = this.#unopened = 0;
  }
}
