/** Reports that go through at once, and how long it takes for one more. */
const MAX_REPORTS = 10;
const REFILL_MS = 1000;

/** Keeps a flood of bad frames or messages from becoming one of events: ten at once, then one a second. */
export class ReportLimit {
  #left = MAX_REPORTS;
  #filledAtMs = 0;

  /** Whether one more may be reported now. */
  take(): boolean {
    const nowMs = performance.now();
    const refill = Math.floor((nowMs - this.#filledAtMs) / REFILL_MS);
    this.#left = Math.min(MAX_REPORTS, this.#left + refill);
    this.#filledAtMs += refill * REFILL_MS;
    return this.#left > 0 && this.#left-- > 0;
  }
}
