/**
 * Time stamps for input, in seconds since 1970 as CDP takes them: when the hand did it, rather than when it got here.
 *
 * The browser fixes once how its own monotonic clock lies on the calendar, when its session begins; so does this one.
 */
export class InputClock {
  readonly #epochMs = Date.now() - performance.now();
  #lastMs = 0;

  now(): number {
    return this.stamps([])[0];
  }

  /**
   * The stamps of a path, whose points are these many milliseconds older than now, and of now. They never go back: a
   * path that came late, right behind another, is squeezed into the time between them, its rhythm kept.
   */
  stamps(agesMs: readonly number[]): readonly [number, ...number[]] {
    const nowMs = Math.max(this.#epochMs + performance.now(), this.#lastMs);
    const oldestMs = Math.max(0, ...agesMs);
    const squeeze = Math.min(1, (nowMs - this.#lastMs) / (oldestMs || 1));
    const path = agesMs.map((ageMs) => (nowMs - ageMs * squeeze) / 1000);
    this.#lastMs = nowMs;
    return [nowMs / 1000, ...path];
  }
}
