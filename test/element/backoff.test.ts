import {assert} from 'chai';
import {Backoff} from '../../src/stream/backoff.js';

const MINUTE_MS = 60_000;

/** How Firefox delays sockets to an address that has failed: FailDelay in its WebSocketChannel.cpp. */
class FirefoxDelays {
  #failedAtMs = -Infinity;
  #delayMs = 0;

  fail(atMs: number): void {
    const isForgotten = atMs > this.#failedAtMs + MINUTE_MS + this.#delayMs;
    this.#delayMs = isForgotten ? 200 + Math.random() * 200 : Math.min(MINUTE_MS, this.#delayMs * 1.5);
    this.#failedAtMs = atMs;
  }

  /** The time from which a socket is let through. */
  get freeAtMs(): number {
    return this.#failedAtMs + this.#delayMs;
  }
}

/** How long a socket must wait at a certain time, if all attempts since the break have failed. */
function outage(minutes: number): {waitMs(atMs: number): number} {
  const backoff = new Backoff();
  const firefox = new FirefoxDelays();
  const free: [atMs: number, freeAtMs: number][] = [];
  // The break counts as the first failure.
  for (let nowMs = 0; nowMs < minutes * MINUTE_MS;) {
    firefox.fail(nowMs);
    free.push([nowMs, firefox.freeAtMs]);
    nowMs = Math.max(nowMs + backoff.next(), firefox.freeAtMs);
  }
  return {waitMs: (atMs) => Math.max(0, (free.findLast(([failedAtMs]) => failedAtMs <= atMs)?.[1] ?? 0) - atMs)};
}

describe('the waiting between attempts', () => {
  const {userAgent} = navigator;
  const setAgent = (value: string) => Object.defineProperty(navigator, 'userAgent', {value, configurable: true});

  afterEach(() => {
    setAgent(userAgent);
    Reflect.deleteProperty(navigator, 'userAgent');
  });

  it('is at most half a minute', () => {
    setAgent('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36');
    const backoff = new Backoff();
    const delays = Array.from({length: 100}, () => backoff.next());
    assert.isAtMost(Math.max(...delays), 30_000);
    assert.isAbove(Math.max(...delays), 20_000);
  });

  it('leaves Firefox time to forget: it lets a socket through within 2 s of the network being back', () => {
    setAgent('Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0');
    let late = 0;
    const outages = 400;
    for (let times = 0; times < outages; times++) {
      const {waitMs} = outage(4);
      if (waitMs((2 + Math.random() * 2) * MINUTE_MS) > 2000) late++;
    }
    assert.isAtMost(late / outages, 0.02);
  });

  it('is as anywhere else in Firefox for the first half minute, in which most servers are back', () => {
    setAgent('Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0');
    const {random} = Math;
    Math.random = () => 0.5;
    const backoff = new Backoff();
    const delays = Array.from({length: 8}, () => backoff.next());
    Math.random = random;
    assert.deepEqual(delays, [250, 500, 1000, 2000, 4000, 8000, 15_000 + 68_000, 15_000]);
  });
});
