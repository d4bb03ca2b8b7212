import {Bucket} from './bucket.js';

/** How many sockets one client address may open. */
const OPENINGS = {atOnce: 1_000, perSecond: 20};
/** How often addresses whose bucket is full again are forgotten. */
const FORGET_MS = 5_000;

/** Limits how many sockets each client address opens, of any kind, accepted or not. */
export class Openings {
  readonly #buckets = new Map<string, Bucket>();
  readonly #timer = setInterval(() => this.#forget(), FORGET_MS).unref();

  /** Whether this address may open another socket. */
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
