import {Heartbeat} from './heartbeat.js';
import {BUILD} from './thread-messages.js';
import type {Command, FromWorker, News, ToWorker} from './thread-messages.js';

/** How long a connection that could be opened waits for a worker that is about to start; and how long it may take to start at all. */
const READY_WITHIN_MS = 100;
const STARTED_WITHIN_MS = 30_000;

/** A view whose pipeline is in the worker. */
export interface WorkerView {
  receive(...news: News): void;
  /** The worker is not heard of, or is again. */
  onLife(life: 'quiet' | 'heard'): void;
  /** The worker has ended. */
  onLost(): void;
}

/** The one worker of this page, in which the pipelines of all its views are; as long as there can be one. */
class WorkerHost {
  #worker: Worker | undefined;
  /** What comes of it, and what has; undefined before it was asked for, or known. */
  #start: Promise<boolean> | undefined;
  #hasStarted: boolean | undefined;
  /** Whether there is a view that is to do without. */
  isOptedOut = false;
  #settle: (isReady: boolean) => void = () => {};
  readonly #views = new Map<number, WorkerView>();
  #lastView = 0;
  readonly #watchers = new Set<WorkerView>();
  readonly #heartbeat = new Heartbeat({
    onPing: (ping) => this.#send([0, ping]),
    onQuiet: () => this.#tell('quiet'),
    onHeard: () => this.#tell('heard'),
    onDead: () => this.#fail(),
  });

  /** Starts the worker, where there is a use for it and it was not tried before. */
  start(): Promise<boolean> {
    return this.#start ??= new Promise((resolve) => {
      const timer = setTimeout(() => this.#fail(), STARTED_WITHIN_MS);
      this.#settle = (isReady) => {
        clearTimeout(timer);
        resolve(this.#hasStarted = isReady);
      };
      try {
        if (!isWorthwhile() || !isOfThisOrigin(import.meta.url)) throw new Error('It would be of no use.');
        // Bundlers take the file up where it is named in this very form.
        this.#worker = new Worker(new URL('./worker.js', import.meta.url), {type: 'module'});
        this.#worker.onmessage = ({data}: MessageEvent<FromWorker>) => this.#receive(data);
        this.#worker.onerror = () => this.#fail();
      } catch {
        // A policy forbids it, or there is no such address: then everything is on the page.
        this.#fail();
      }
    });
  }

  /** Starts the worker, unless the only views that the page has until then are to do without. */
  startSoon(): void {
    const start = () => {
      if (!this.isOptedOut) void this.start();
    };
    if (globalThis.document?.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
    else setTimeout(start);
  }

  /** Whether the worker is ready, now or in a moment. */
  async isReady(): Promise<boolean> {
    const start = this.start();
    return this.#hasStarted ?? Promise.race([start, new Promise<boolean>((resolve) => setTimeout(resolve, READY_WITHIN_MS, false))]);
  }

  /** Gives a view its number. */
  add(view: WorkerView): number {
    this.#views.set(++this.#lastView, view);
    return this.#lastView;
  }

  remove(number: number, view: WorkerView): void {
    this.#views.delete(number);
    this.watch(view, false);
    this.#send([number]);
  }

  post(view: number, command: Command): void {
    this.#send([view, command], command[1] instanceof OffscreenCanvas ? [command[1]] : []);
  }

  /** Whether this view wants to hear when the worker is not heard of. */
  watch(view: WorkerView, isWatching: boolean): void {
    const wasWatched = this.#watchers.size > 0;
    if (isWatching) this.#watchers.add(view);
    else this.#watchers.delete(view);
    const isWatched = this.#watchers.size > 0;
    if (isWatched === wasWatched) return;
    if (isWatched) this.#heartbeat.start(DEAD_AFTER_MS);
    else this.#heartbeat.stop();
  }

  #send(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  #receive([view, content]: FromWorker): void {
    this.#heartbeat.heard();
    if (typeof content === 'object') this.#views.get(view)?.receive(...content);
    else if (typeof content === 'number') this.#heartbeat.answered(content);
    else if (content === BUILD) this.#settle(true);
    else this.#fail();
  }

  #tell(life: 'quiet' | 'heard'): void {
    this.#watchers.forEach((view) => view.onLife(life));
  }

  /** There is no worker, and there will be none on this page. */
  #fail(): void {
    this.#settle(false);
    this.#start = Promise.resolve(false);
    this.#heartbeat.stop();
    this.#worker?.terminate();
    this.#worker = undefined;
    const views = [...this.#views.values()];
    this.#views.clear();
    this.#watchers.clear();
    for (const view of views) view.onLost();
  }
}

/** A worker that is not heard of for this long is given up. */
const DEAD_AFTER_MS = 3000;

/** The worker of this page. */
export const workerHost = new WorkerHost();

/**
 * Whether a page that is busy holds up neither decoding nor what is painted on a transferred canvas. WebKit's commits wait
 * for the page; it is also the one without `ImageDecoder`, which Firefox's worker needs: its `createImageBitmap` waits too.
 */
function isWorthwhile(): boolean {
  return 'ImageDecoder' in globalThis && 'transferControlToOffscreen' in HTMLCanvasElement.prototype;
}

/** A worker's script has to be of the page's origin. Bundlers have `file:` here, and put it where their others are. */
function isOfThisOrigin(module: string): boolean {
  const {protocol, origin} = new URL(module);
  return location.protocol !== 'file:' && (protocol === 'file:' || origin === self.origin);
}
