import type {Page} from '../page.js';
import {patiently} from './task-queue.js';

/** How often the browser is asked for its time; the fastest answer counts. */
const QUESTIONS = 3;

/**
 * Time stamps for input, in seconds since 1970 as CDP takes them: when the hand did it, rather than when it got here.
 *
 * The browser fixes once how its own monotonic clock lies on the calendar, when it starts: it is asked, since its calendar
 * may be another than this machine's.
 */
export class InputClock {
  #epochMs = Date.now() - performance.now();
  #lastMs = 0;

  /** Asks a page of the browser for its time, in a world of its own; the page's answer may take a second at most. */
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

  /** The stamp of now, or of when a hand did it by `performance.now()`. */
  stamp(handMs?: number): number {
    return this.stamps([], handMs)[0];
  }

  /**
   * The stamps of what a hand did at a time, and of a path whose points are these many milliseconds older. They never go back.
   * Without the hand's time a path that came late, right behind another, is squeezed into the time between them.
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
