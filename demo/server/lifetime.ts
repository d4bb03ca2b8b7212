import {Deadline} from './clock.js';

/** The longest that a session may live. */
export const MAX_LIFE_MS = 3_600_000;

/** When a session ends by itself: as was asked for at its creation, or later while it is put off. */
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

  /** It does not end before then, as far as a session may live; nor before its own time. What was put off before is not. */
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
