/** The time from an answer to the next ping. */
const PING_INTERVAL_MS = 2500;
/** An answer is overdue after this time. */
const STALL_AFTER_MS = 1500;
/** A connection on which nothing arrived for this long after a ping is given up. */
const DEAD_AFTER_MS = 15_000;
/** The same after the device has slept: most such connections are gone, and a person is waiting. */
const DEAD_AFTER_WAKE_MS = 3000;
/** A timer that fires this late was asleep with the device or the page. */
const SLEPT_MS = 1000;

export interface HeartbeatEvents {
  /** Sends a ping with this number. */
  readonly onPing: (t: number) => void;
  /** An answer is overdue, from a server that has answered before. */
  readonly onQuiet: () => void;
  /** Something arrived after all. */
  readonly onHeard: () => void;
  /** The connection is given up. */
  readonly onDead: () => void;
}

/**
 * Pings a server regularly. Anything that arrives is a sign of life. A server that has never
 * answered a ping need not answer, and never counts as silent.
 */
export class Heartbeat {
  readonly #events: HeartbeatEvents;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the pending ping was sent. Undefined if none is pending. */
  #askedAtMs: number | undefined;
  #usualDeadAfterMs = DEAD_AFTER_MS;
  #deadAfterMs = DEAD_AFTER_MS;
  #hasAnswered = false;
  #isQuiet = false;

  constructor(events: HeartbeatEvents) {
    this.#events = events;
  }

  /** Pings at once, and regularly from then on. */
  start(deadAfterMs: number = DEAD_AFTER_MS): void {
    this.#usualDeadAfterMs = deadAfterMs;
    this.#ask(deadAfterMs);
  }

  /** Pings at once, because the device may have slept, or the network may have changed. */
  check(): void {
    this.#ask(DEAD_AFTER_WAKE_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#askedAtMs = undefined;
  }

  /** Something arrived. */
  heard(): void {
    if (this.#askedAtMs === undefined) return;
    this.#askedAtMs = undefined;
    this.#wait(PING_INTERVAL_MS, () => this.#ask(this.#usualDeadAfterMs));
    if (!this.#isQuiet) return;
    this.#isQuiet = false;
    this.#events.onHeard();
  }

  /** An answer arrived. @returns the round-trip time of its ping, in milliseconds. */
  answered(t: number): number {
    this.#hasAnswered = true;
    return Math.max(0, performance.now() - t);
  }

  #ask(deadAfterMs: number): void {
    const nowMs = performance.now();
    this.#askedAtMs = nowMs;
    this.#deadAfterMs = deadAfterMs;
    this.#wait(STALL_AFTER_MS, () => this.#miss());
    this.#events.onPing(nowMs);
  }

  #miss(): void {
    this.#wait(this.#deadAfterMs - STALL_AFTER_MS, () => this.#giveUp());
    if (!this.#hasAnswered || this.#isQuiet) return;
    this.#isQuiet = true;
    // Called last, because the listener may stop this.
    this.#events.onQuiet();
  }

  #giveUp(): void {
    if (this.#hasAnswered) this.#events.onDead();
    else this.#ask(this.#usualDeadAfterMs);
  }

  /** A late timer says nothing about the server: what it sent meanwhile has not been read yet. So it pings again. */
  #wait(delayMs: number, done: () => void): void {
    clearTimeout(this.#timer);
    const dueMs = performance.now() + delayMs;
    this.#timer = setTimeout(() => {
      if (performance.now() - dueMs > SLEPT_MS) this.check();
      else done();
    }, delayMs);
  }
}
