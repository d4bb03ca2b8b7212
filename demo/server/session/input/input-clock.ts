import type {Page} from '../page.js';
import {patiently} from './task-queue.js';

/** How many times the browser's time is read. The fastest reply counts. */
const QUESTIONS = 3;

/**
 * Time stamps for input, in seconds since 1970 as CDP takes them: when the person acted, not when the message arrived.
 *
 * At its start, a browser fixes the offset between its monotonic clock and the wall clock. The server reads this offset, because the
 * browser's wall clock may differ from this machine's.
 */
export class InputClock {
  #epochMs = Date.now() - performance.now();
  #lastMs = 0;

  /** Reads the browser's time in an isolated world of one of its pages. The reply may take a second at most. */
  learn(page: Page): Promise<void> {
    return patiently(this.#learn(page));
  }

  async #learn({session, targetId}: Page): Promise<void> {
    const {executionContextId: contextId} = await session.send('Page.createIsolatedWorld', {frameId: targetId, worldName: 'chaser-clock'});
    let fastestMs = Infinity;
    for (let question = 0; question < QUESTIONS; question++) {
      const askedAtMs = performance.now();
      const {result} = await session.send('Runtime.evaluate', {expression: 'performance.timeOrigin + performance.now()', contextId});
      const tookMs = performance.now() - askedAtMs;
      const browserMs: unknown = result.value;
      if (typeof browserMs !== 'number' || tookMs >= fastestMs) continue;
      fastestMs = tookMs;
      this.#epochMs = browserMs - askedAtMs - tookMs / 2;
    }
  }

  /** The time stamp of now, or of a time by `performance.now()`. */
  stamp(handMs?: number): number {
    return this.stamps([], handMs)[0];
  }

  /**
   * The time stamps of an action and of the points of its path, which are older by these milliseconds. They never go back.
   * Without the player's times, a path that arrives late, right after another, is compressed into the time between them.
   */
  stamps(agesMs: readonly number[], handMs?: number): readonly [number, ...number[]] {
    const nowMs = Math.max(performance.now(), this.#lastMs);
    if (handMs !== undefined) {
      const path = agesMs.map((ageMs) => this.#next(handMs - ageMs, nowMs));
      return [this.#next(handMs, nowMs), ...path];
    }
    const oldestMs = Math.max(0, ...agesMs);
    const squeeze = Math.min(1, (nowMs - this.#lastMs) / (oldestMs || 1));
    const path = agesMs.map((ageMs) => this.#inSeconds(nowMs - ageMs * squeeze));
    this.#lastMs = nowMs;
    return [this.#inSeconds(nowMs), ...path];
  }

  #next(handMs: number, nowMs: number): number {
    this.#lastMs = Math.min(Math.max(handMs, this.#lastMs), nowMs);
    return this.#inSeconds(this.#lastMs);
  }

  #inSeconds(ms: number): number {
    return (this.#epochMs + ms) / 1000;
  }
}
