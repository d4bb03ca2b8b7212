import {randomUUID} from 'node:crypto';
import {type Asked, buyCoffee, type Progress} from './automation.js';
import type {CaptchaKind} from './captchas/captcha-server.js';
import type {SessionEntry} from '../server/session-entry.js';

export interface RunOptions {
  /** The address at which the script reaches the session's browser. */
  readonly cdpUrl: string;
  readonly shopUrl: string;
}

/** How long a run waits for its visitor's page to return. */
const ABANDONED_MS = 15_000;
const HANDOFF_TIMEOUT_MS = 10 * 60_000;

/** A visitor's demo: a session, the script in it, and the pages that follow its progress. */
export class Run {
  readonly id = randomUUID();
  readonly entry: SessionEntry;
  readonly #abort = new AbortController();
  readonly #listeners = new Set<(progress: Progress) => void>();
  readonly #onEnd: () => void;
  #progress: Progress = {state: 'starting', stepsDone: 0, result: ''};
  #abandoned: NodeJS.Timeout | undefined;

  constructor(entry: SessionEntry, options: RunOptions, onEnd: () => void) {
    this.entry = entry;
    this.#onEnd = onEnd;
    this.#leaveAlone();
    void entry.ending.then(() => this.end());
    void entry.started.then((browser) => {
      if (!browser) return this.#tell({...this.#progress, state: 'failed', result: 'The session\'s browser did not start: the server\'s own output says why.'});
      return buyCoffee({
        ...options, signal: this.#abort.signal, onProgress: (progress) => this.#tell(progress), askPerson: (instructions) => this.#askPerson(instructions),
      });
    });
  }

  /** Calls with the current progress, and again at each change. Returns a function that stops this. */
  follow(listener: (progress: Progress) => void): () => void {
    clearTimeout(this.#abandoned);
    this.#listeners.add(listener);
    listener(this.#progress);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#leaveAlone();
    };
  }

  async end(): Promise<void> {
    clearTimeout(this.#abandoned);
    if (this.#abort.signal.aborted) return;
    this.#abort.abort();
    this.#onEnd();
    await this.entry.end('deleted');
  }

  /** Does the same as a script elsewhere does over HTTP. */
  #askPerson(instructions: string): Asked {
    const {handoffs} = this.entry;
    const handoff = handoffs.ask(instructions, HANDOFF_TIMEOUT_MS);
    if (!handoff) throw new Error('The script already asks for a person.');
    return {
      ended: handoff.wait(HANDOFF_TIMEOUT_MS + 1_000, this.#abort.signal).then(() => ({status: handoff.status, note: handoff.note})),
      cancel: () => handoffs.end(handoff, 'canceled'),
    };
  }

  /** A visitor may leave without notice, so a run waits for them only for a limited time. */
  #leaveAlone(): void {
    if (this.#abort.signal.aborted) return;
    this.#abandoned = setTimeout(() => void this.end(), ABANDONED_MS);
  }

  #tell(progress: Progress): void {
    this.#progress = progress;
    for (const listener of this.#listeners) listener(progress);
  }
}

/** The runs of all visitors: one each, and no more than the machine can handle. */
export class Runs {
  readonly #byVisitor = new Map<string, Run>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** Starts a run, which replaces the visitor's last one. Returns undefined if there are too many visitors. */
  start(visitor: string, create: () => SessionEntry, options: (entry: SessionEntry) => RunOptions): Run | undefined {
    void this.#byVisitor.get(visitor)?.end();
    if (this.#byVisitor.size >= this.#max) return undefined;
    const entry = create();
    const run = new Run(entry, options(entry), () => {
      if (this.#byVisitor.get(visitor) === run) this.#byVisitor.delete(visitor);
    });
    this.#byVisitor.set(visitor, run);
    return run;
  }

  find(visitor: string, id: string): Run | undefined {
    const run = this.#byVisitor.get(visitor);
    return run?.id === id ? run : undefined;
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.#byVisitor.values()].map((run) => run.end()));
  }
}

export interface RunRequest {
  readonly captcha: CaptchaKind;
  readonly profile: 'desktop' | 'mobile';
}
