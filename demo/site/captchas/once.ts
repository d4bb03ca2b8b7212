import {randomUUID} from 'node:crypto';

interface Entry<Value> {
  readonly value: Value;
  readonly expiresAtMs: number;
}

const MAX_ENTRIES = 1_000;

/** Values behind unguessable ids, each taken at most once, and only for a while. The oldest goes when there are too many. */
export class Once<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #ttlMs: number;

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  put(value: Value): string {
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size >= MAX_ENTRIES) this.#entries.delete(oldest);
    const id = randomUUID();
    this.#entries.set(id, {value, expiresAtMs: Date.now() + this.#ttlMs});
    return id;
  }

  /** Looks without taking. */
  see(id: string): Value | undefined {
    const entry = this.#entries.get(id);
    return entry && entry.expiresAtMs > Date.now() ? entry.value : undefined;
  }

  take(id: string): Value | undefined {
    const value = this.see(id);
    this.#entries.delete(id);
    return value;
  }
}
