/** A token bucket: so much at once, and so much a second. */
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

  /** Takes `cost` out; false when there is not that much in it. `nowMs` is the clock's, `performance.now()`. */
  take(cost = 1, nowMs = performance.now()): boolean {
    this.#left = Math.min(this.#size, this.#left + (nowMs - this.#filledAtMs) / 1000 * this.#perSecond);
    this.#filledAtMs = nowMs;
    if (this.#left < cost) return false;
    this.#left -= cost;
    return true;
  }

  /** Whether it has filled up again: one that is as good as new. */
  get isFull(): boolean {
    return this.#left + (performance.now() - this.#filledAtMs) / 1000 * this.#perSecond >= this.#size;
  }
}
