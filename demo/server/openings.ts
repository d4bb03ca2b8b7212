import {Bucket} from './bucket.js';

/** How many sockets may be opened from one address, at once and a second. */
const OPENINGS = {atOnce: 1_000, perSecond: 20};
/** How often quiet addresses are forgotten. */
const FORGET_MS = 5_000;

/** Counts the sockets that each address opens, of any kind, accepted or not. */
export class Openings {
  readonly #buckets = new Map<string, Bucket>();
  readonly #timer = setInterval(() => this.#forget(), FORGET_MS).unref();

  /** Whether this address may open one more. */
  take(address = ''): boolean {
    const bucket = this.#buckets.get(address) ?? new Bucket(OPENINGS.atOnce, OPENINGS.perSecond);
    this.#buckets.set(address, bucket);
    return bucket.take();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #forget(): void {
    for (const [address, bucket] of this.#buckets) if (bucket.isFull) this.#buckets.delete(address);
  }
}
