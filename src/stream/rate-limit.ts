/** How many go through at once, and how long it takes for one more. */
const MAX_AT_ONCE = 10;
const REFILL_MS = 1000;

/** Limits reactions to a flood (of bad frames, bad messages or starts): ten at once, then one a second. */
export class RateLimit {
  #left = MAX_AT_ONCE;
  #filledAtMs = 0;

  /** Whether one more may go through now. */
  take(): boolean {
    const nowMs = performance.now();
    const refill = Math.floor((nowMs - this.#filledAtMs) / REFILL_MS);
    this.#left = Math.min(MAX_AT_ONCE, this.#left + refill);
    this.#filledAtMs += refill * REFILL_MS;
    return this.#left > 0 && this.#left-- > 0;
  }
}
