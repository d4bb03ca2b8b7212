/** A token bucket (rate limiter): `size` at once, and then `perSecond`. */
export class Bucket {
  readonly #size: number;
  readonly #perSecond: number;
  #left: number;
  #filledAtMs = performance.now();

  constructor(size: number, perSecond: number) {
    this.#size = size;
    this.#perSecond = perSecond;
    this.#left = size;
  }

  /** Takes `cost` from the bucket. Returns false if there is not enough. `nowMs` is `performance.now()`. */
  take(cost = 1, nowMs = performance.now()): boolean {
    this.#left = Math.min(this.#size, this.#left + (nowMs - this.#filledAtMs) / 1000 * this.#perSecond);
    this.#filledAtMs = nowMs;
    if (this.#left < cost) return false;
    this.#left -= cost;
    return true;
  }

  /** Whether the bucket is full again, and equals a new one. */
  get isFull(): boolean {
    return this.#left + (performance.now() - this.#filledAtMs) / 1000 * this.#perSecond >= this.#size;
  }
}
