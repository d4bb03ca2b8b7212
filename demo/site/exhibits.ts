import {cpus} from 'node:os';
import {wander} from './automation.js';
import type {SessionEntry} from '../server/session-entry.js';

export interface ExhibitsOptions {
  readonly create: () => SessionEntry;
  /** The address at which a script reaches a session's browser. */
  readonly cdpUrl: (entry: SessionEntry) => string;
  readonly shopUrl: () => Promise<string>;
  readonly maxSessions: number;
}

/** The session to try, and those of the wall, in which scripts work. */
const MAX_EXHIBITS = 10;

/**
 * Sessions that all visitors of the other pages share. Each starts at the first request, and ends when its lifetime is over.
 * There are as many as the machine has processors, and the wall's nine views share them.
 */
export class Exhibits {
  readonly #options: ExhibitsOptions;
  readonly #entries = new Map<number, SessionEntry>();
  readonly #count: number;

  constructor(options: ExhibitsOptions) {
    this.#options = options;
    this.#count = Math.max(1, Math.min(MAX_EXHIBITS, options.maxSessions, cpus().length + 1));
  }

  /** How many sessions the wall's views share. */
  get wallSize(): number {
    return Math.max(1, this.#count - 1);
  }

  /** The session to try is number 0. The wall's sessions follow from 1, repeatedly. */
  open(number: number): SessionEntry {
    const index = number === 0 || this.#count === 1 ? 0 : 1 + (number - 1) % this.wallSize;
    const open = this.#entries.get(index);
    if (open?.isOpen) return open;
    const entry = this.#options.create();
    this.#entries.set(index, entry);
    void this.#furnish(entry, index);
    return entry;
  }

  async #furnish(entry: SessionEntry, index: number): Promise<void> {
    const abort = new AbortController();
    void entry.ending.then(() => abort.abort());
    if (!await entry.started) return;
    await wander({cdpUrl: this.#options.cdpUrl(entry), shopUrl: await this.#options.shopUrl(), signal: abort.signal, isStill: index === 0});
  }
}
