/** How often a deadline looks whether the clock was put forward; a timer holds no more than 24 days anyway. */
const MAX_TIMER_MS = 5_000;

let epochMs = Date.now() - performance.now();

/**
 * The time, in milliseconds since 1970, which never goes back while the server runs. When the machine's clock is put
 * forward it follows; when that is put back it goes on as it was: what has expired stays so, and a life of five minutes
 * is no longer than that.
 */
export function nowMs(): number {
  const steadyMs = performance.now();
  epochMs = Math.max(epochMs, Date.now() - steadyMs);
  return epochMs + steadyMs;
}

/** Something that is over at a certain time. */
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
