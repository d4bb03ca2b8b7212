import {expect, test} from 'playwright/test';
import {type FrameMessages, type FrameSocket, Pacer} from '../../demo/server/pacer.js';

/** A player that takes whole frames only. */
const WHOLE: FrameMessages = {next: (jpeg) => jpeg, reset() {}};
const FRAME_MS = 60;
const ACK_DELAY_MS = 10;

interface Timer {
  readonly dueMs: number;
  readonly run: () => void;
}

/** A clock that the test advances, in place of the process's while `run` runs. */
class VirtualClock {
  #nowMs = 0;
  #timers: Timer[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): object {
    const timer = {dueMs: this.#nowMs + Math.max(0, delayMs), run};
    this.#timers.push(timer);
    return timer;
  }

  run(untilMs: number): void {
    const real = {now: performance.now, setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout};
    performance.now = () => this.#nowMs;
    Object.assign(globalThis, {
      setTimeout: (run: () => void, delayMs = 0) => this.after(delayMs, run),
      clearTimeout: (timer: unknown) => this.#timers = this.#timers.filter((other) => other !== timer),
    });
    try {
      for (;;) {
        const [next] = this.#timers.sort((a, b) => a.dueMs - b.dueMs);
        if (!next || next.dueMs > untilMs) return;
        this.#timers = this.#timers.filter((timer) => timer !== next);
        this.#nowMs = next.dueMs;
        next.run();
      }
    } finally {
      performance.now = real.now;
      Object.assign(globalThis, {setTimeout: real.setTimeout, clearTimeout: real.clearTimeout});
    }
  }
}

/** A link that carries one frame at a time at a constant speed, with a player that acks at once. */
class SlowLink implements FrameSocket {
  readonly bufferedAmount = 0;
  readonly clock = new VirtualClock();
  /** How old each frame was when its ack came back. */
  readonly agesMs: number[] = [];
  readonly pacer = new Pacer(this, WHOLE, 100);
  mostOnTheWay = 0;
  #onTheWay = 0;
  #freeAtMs = 0;

  send(data: Buffer, sent: (() => void) | undefined): void {
    sent?.();
    this.mostOnTheWay = Math.max(this.mostOnTheWay, ++this.#onTheWay);
    this.#freeAtMs = Math.max(this.#freeAtMs, this.clock.nowMs) + FRAME_MS;
    this.clock.after(this.#freeAtMs - this.clock.nowMs + ACK_DELAY_MS, () => {
      this.#onTheWay--;
      this.agesMs.push(this.clock.nowMs - data.readDoubleLE());
      this.pacer.ack(this.agesMs.length);
    });
  }

  /** A picture that changes every 10 ms. */
  change(): void {
    this.pacer.expectAcks();
    const jpeg = Buffer.alloc(8);
    jpeg.writeDoubleLE(this.clock.nowMs);
    this.pacer.show(jpeg);
    this.clock.after(10, () => this.change());
  }
}

test('on a slow link, no frame waits for the one before it, and the link is not idle', () => {
  const link = new SlowLink();
  link.clock.after(0, () => link.change());
  link.clock.run(60_000);
  const ages = link.agesMs.slice(10).sort((a, b) => a - b);
  // Without holding back, each frame would wait for the one before it: 130 ms.
  expect(ages[ages.length >> 1]).toBeLessThan(1.3 * (FRAME_MS + ACK_DELAY_MS));
  expect(link.agesMs.length).toBeGreaterThan(0.95 * 60_000 / FRAME_MS);
  expect(link.mostOnTheWay).toBeLessThanOrEqual(2);
});

test('a player that pings and never acks gets its frames one at a time', () => {
  const link = new SlowLink();
  link.pacer.ack = () => true;
  link.clock.after(0, () => link.change());
  link.clock.run(2_900);
  expect(link.agesMs.length, 'it may still ack').toBe(2);
  link.clock.run(5_000);
  expect(link.agesMs.length).toBeGreaterThan(20);
});

test('after a pause, the newest frame is sent at once, and old acks do not matter', () => {
  const link = new SlowLink();
  link.clock.after(0, () => link.change());
  link.clock.after(300, () => link.pacer.pause());
  link.clock.after(500, () => link.pacer.resume());
  link.clock.run(400);
  const before = link.agesMs.length;
  link.clock.run(500 + FRAME_MS + ACK_DELAY_MS + 20);
  expect(link.agesMs.length).toBe(before + 1);
});

test('a player that acks before it has read gets no more while its socket is full', () => {
  let bufferedAmount = 0;
  const sent: Buffer[] = [];
  const pacer = new Pacer({
    get bufferedAmount() {
      return bufferedAmount;
    },
    send: (jpeg) => {
      sent.push(jpeg);
      bufferedAmount += jpeg.length;
    },
  }, WHOLE, 100);
  const frame = Buffer.alloc(700 * 1024);
  pacer.show(frame);
  for (let count = 1; count <= 50; count++) {
    pacer.ack(sent.length);
    pacer.show(frame);
  }
  expect(sent.length).toBe(2);
  expect(pacer.ack(3)).toBe(false);
  // The player reads, and continues with the newest frame.
  bufferedAmount = 0;
  pacer.flush();
  expect(sent.length).toBe(3);
  pacer.stop();
});
