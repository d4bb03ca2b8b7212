/** The longest first delay; each failure doubles it. */
const BASE_DELAY_MS = 500;
/** The longest delay at all. */
const MAX_DELAY_MS = 30_000;

/**
 * Exponential backoff with full jitter: the nth delay is anywhere from nothing to 0.5 s · 2ⁿ, at most 30 s, so that
 * the players of a server that restarts don't all come back at once.
 */
export class Backoff {
  #failures = 0;

  /** How long to wait after one more failure, in milliseconds. */
  next(): number {
    return Math.random() * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** this.#failures++);
  }

  reset(): void {
    this.#failures = 0;
  }
}
