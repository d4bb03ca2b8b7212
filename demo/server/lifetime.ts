import {Deadline} from './clock.js';

/** The longest lifetime of a session. */
export const MAX_LIFE_MS = 3_600_000;

/** When a session ends by itself: at the time that was requested at its creation, or later while the end is postponed. */
export class Lifetime {
  readonly #createdAtMs: number;
  readonly #asked: Date;
  readonly #onEnd: () => void;
  #expiresAt: Date;
  #deadline: Deadline | undefined;

  constructor(createdAt: Date, ttlMs: number, onEnd: () => void) {
    this.#createdAtMs = createdAt.getTime();
    this.#asked = new Date(this.#createdAtMs + ttlMs);
    this.#expiresAt = this.#asked;
    this.#onEnd = onEnd;
    this.#start();
  }

  get expiresAt(): Date {
    return this.#expiresAt;
  }

  /** Postpones the end to this time, within the longest lifetime, and never before the requested end. Replaces an earlier postponement. */
  putOffTo(time: Date): void {
    const latestMs = Math.min(time.getTime(), this.#createdAtMs + MAX_LIFE_MS);
    this.#expiresAt = new Date(Math.max(this.#asked.getTime(), latestMs));
    this.#start();
  }

  stop(): void {
    this.#deadline?.stop();
  }

  #start(): void {
    this.#deadline?.stop();
    this.#deadline = new Deadline(this.#expiresAt.getTime(), this.#onEnd);
  }
}
