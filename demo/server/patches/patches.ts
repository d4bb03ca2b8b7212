import {Worker} from 'node:worker_threads';
import {bundleForThread} from '../compile.js';
import type {Cut} from './patch-cutter.js';
import type {CutRequest} from './patch-worker.js';

/** A built server has a built script for its thread. `tsx`, which runs the TypeScript sources, does not transpile the script of a worker thread. */
const IS_BUILT = !import.meta.url.endsWith('.ts');
/** A viewer waits this long for a patch, and then gets the whole frame. */
const TIMEOUT_MS = 500;
/** While this many requests are waiting, further frames are sent whole. */
const MAX_WAITING = 32;
/** After the thread has ended this often, it is not started again. */
const MAX_FAILURES = 3;
/**
 * A page that scrolls or shows a video changes too much for patches. After `inARow` frames that had to be sent whole, only one frame in
 * `lookedAtOneIn` is compared, and the first frame after a rest of `restMs`.
 */
const UNPATCHED = {inARow: 2, lookedAtOneIn: 6, restMs: 400};

/** What the main thread knows of a frame. */
interface Note {
  readonly id: number;
  readonly atMs: number;
  /** How many frames in a row, up to this one, had to be sent whole. */
  unpatched: number;
  readonly cuts: WeakMap<Buffer, Promise<Cut>>;
}

/**
 * Finds what has changed from one frame to another, in a worker thread. Viewers who have the same frame share the result. While the thread
 * is not running, all viewers get whole frames.
 */
export class Patches {
  #worker: Worker | undefined;
  #state: 'none' | 'starting' | 'online' | 'closed' = 'none';
  #failures = 0;
  #lastId = 0;
  readonly #notes = new WeakMap<Buffer, Note>();
  /** The frames that the thread has received. */
  #given = new WeakSet<Buffer>();
  #waiting: ((cut: Cut) => void)[] = [];

  /** Starts the thread, unless it is running or has failed too often. */
  start(): void {
    if (this.#state !== 'none' || this.#failures >= MAX_FAILURES) return;
    this.#state = 'starting';
    openThread().then((worker) => this.#listen(worker), () => this.#failures = MAX_FAILURES);
  }

  #listen(worker: Worker): void {
    worker.unref();
    this.#worker = worker;
    if (this.#state === 'closed') {
      this.close();
      return;
    }
    worker.on('online', () => this.#state = 'online');
    worker.on('message', (cut: Cut) => this.#waiting.shift()?.(cut));
    worker.on('error', () => {});
    worker.on('exit', () => {
      if (this.#state === 'closed') return;
      this.#failures++;
      this.#state = 'none';
      this.#letGo();
    });
  }

  /** What to send for `frame` to a viewer who has `base`. Never rejects: if the thread gives no answer, the result is the whole frame. */
  between(base: Buffer, frame: Buffer): Promise<Cut> {
    const {cuts} = this.#note(frame);
    const cut = cuts.get(base) ?? this.#cut(base, frame);
    cuts.set(base, cut);
    return cut;
  }

  /** Ends the thread. Pending requests resolve to the whole frame. */
  close(): void {
    this.#state = 'closed';
    void this.#worker?.terminate();
    this.#letGo();
  }

  async #cut(base: Buffer, frame: Buffer): Promise<Cut> {
    const [before, note] = [this.#note(base), this.#note(frame)];
    const isResting = note.atMs - before.atMs > UNPATCHED.restMs;
    const isSkipped = before.unpatched >= UNPATCHED.inARow && before.unpatched % UNPATCHED.lookedAtOneIn > 0 && !isResting;
    const cut = isSkipped ? 'whole' : await this.#ask(base, frame);
    note.unpatched = cut === 'whole' ? before.unpatched + 1 : 0;
    return cut;
  }

  #ask(base: Buffer, frame: Buffer): Promise<Cut> {
    const worker = this.#worker;
    this.start();
    if (!worker || this.#state !== 'online' || this.#waiting.length >= MAX_WAITING) return Promise.resolve('whole');
    const added = [base, frame].filter((jpeg) => !this.#given.has(jpeg)).map((jpeg) => ({id: this.#note(jpeg).id, bytes: jpeg}));
    for (const jpeg of [base, frame]) this.#given.add(jpeg);
    const request: CutRequest = {added, base: this.#note(base).id, frame: this.#note(frame).id};
    worker.postMessage(request);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      setTimeout(resolve, TIMEOUT_MS, 'whole').unref();
    });
  }

  #letGo(): void {
    this.#worker = undefined;
    this.#given = new WeakSet();
    for (const resolve of this.#waiting.splice(0)) resolve('whole');
  }

  #note(jpeg: Buffer): Note {
    let note = this.#notes.get(jpeg);
    if (!note) {
      note = {id: ++this.#lastId, atMs: performance.now(), unpatched: 0, cuts: new WeakMap()};
      this.#notes.set(jpeg, note);
    }
    return note;
  }
}

async function openThread(): Promise<Worker> {
  if (IS_BUILT) return new Worker(new URL('./patch-worker.js', import.meta.url));
  return new Worker(await bundleForThread(new URL('./patch-worker.ts', import.meta.url)), {eval: true});
}
