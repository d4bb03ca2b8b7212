import {Heartbeat} from './heartbeat.js';
import {BUILD} from './thread-messages.js';
import type {Command, FromWorker, News, ToWorker} from './thread-messages.js';

/** How long a connection waits for a worker that is starting, and how long the start may take at all. */
const READY_WITHIN_MS = 100;
const STARTED_WITHIN_MS = 30_000;

/** A view whose pipeline runs in the worker. */
export interface WorkerView {
  receive(...news: News): void;
  /** The worker has stopped responding, or responds again. */
  onLife(life: 'quiet' | 'heard'): void;
  /** The worker has ended. */
  onLost(): void;
}

/** The one worker of this page, with the pipelines of all its views. */
class WorkerHost {
  #worker: Worker | undefined;
  /** The pending and the known result of the worker's start. Undefined before. */
  #start: Promise<boolean> | undefined;
  #hasStarted: boolean | undefined;
  /** Whether any view does without the worker. */
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

  /** Starts the worker, if it is useful here and was not tried before. */
  start(): Promise<boolean> {
    return this.#start ??= new Promise((resolve) => {
      const timer = setTimeout(() => this.#fail(), STARTED_WITHIN_MS);
      this.#settle = (isReady) => {
        clearTimeout(timer);
        resolve(this.#hasStarted = isReady);
      };
      try {
        if (!isWorthwhile() || !isOfThisOrigin(import.meta.url)) throw new Error('No worker.');
        // Bundlers recognize the file only in exactly this form.
        this.#worker = new Worker(new URL('./worker.js', import.meta.url), {type: 'module'});
        this.#worker.onmessage = ({data}: MessageEvent<FromWorker>) => this.#receive(data);
        this.#worker.onerror = () => this.#fail();
      } catch {
        // A policy forbids it, or there is no such address. Then everything runs on the page.
        this.#fail();
      }
    });
  }

  /** Starts the worker, unless all views that the page has until then do without it. */
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

  /** Whether this view wants to know when the worker stops responding. */
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

  /** There is no worker, and this page will not try again. */
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

/** A worker that does not respond for this long is given up. */
const DEAD_AFTER_MS = 3000;

/** The worker of this page. */
export const workerHost = new WorkerHost();

/**
 * Whether decoding and painting in a worker go on while the page is busy. In WebKit, a transferred canvas waits
 * for the page. WebKit also lacks `ImageDecoder`, which Firefox's worker needs, because its `createImageBitmap` waits too.
 */
function isWorthwhile(): boolean {
  return 'ImageDecoder' in globalThis && 'transferControlToOffscreen' in HTMLCanvasElement.prototype;
}

/** A worker's script must have the page's origin. Bundlers see `file:` here, and put the file beside their others. */
function isOfThisOrigin(module: string): boolean {
  const {protocol, origin} = new URL(module);
  return location.protocol !== 'file:' && (protocol === 'file:' || origin === self.origin);
}
