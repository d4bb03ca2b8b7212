import {randomUUID} from 'node:crypto';

interface Entry<Value> {
  readonly value: Value;
  readonly expiresAtMs: number;
}

const MAX_ENTRIES = 1_000;

/** Values under unguessable ids. Each can be taken once, within a limited time. If there are too many, the oldest is dropped. */
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

  /** Returns a value without taking it. */
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
