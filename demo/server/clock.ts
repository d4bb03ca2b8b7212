/** How often a deadline checks whether the clock was set forward. (A timer can't be longer than 24 days anyway.) */
const MAX_TIMER_MS = 5_000;

let epochMs = Date.now() - performance.now();

/**
 * The time in milliseconds since 1970. It never goes back while the server runs: it follows the machine's clock when that is set
 * forward, and continues unchanged when that is set back. So what has expired stays expired, and no lifetime gets longer.
 */
export function nowMs(): number {
  const steadyMs = performance.now();
  epochMs = Math.max(epochMs, Date.now() - steadyMs);
  return epochMs + steadyMs;
}

/** Calls a function at a certain time. */
export class Deadline {
  readonly #atMs: number;
  readonly #onReached: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(atMs: number, onReached: () => void) {
    this.#atMs = atMs;
    this.#onReached = onReached;
    this.#wait();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    const leftMs = Math.max(0, this.#atMs - nowMs());
    this.#timer = setTimeout(() => nowMs() < this.#atMs ? this.#wait() : this.#onReached(), Math.min(leftMs, MAX_TIMER_MS));
  }
}
