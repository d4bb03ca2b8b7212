import type {ToWorker} from '../../src/stream/thread-messages.js';

/** Records the workers that this page sends messages to from now on. */
export class WorkerWatch {
  readonly workers = new Set<Worker>();
  /** The numbers of the views whose pipelines run in the worker. */
  readonly views = new Set<number>();
  readonly #postMessage = Worker.prototype.postMessage;

  constructor() {
    const {workers, views} = this;
    Worker.prototype.postMessage = new Proxy(this.#postMessage, {
      apply(post, worker: Worker, args) {
        workers.add(worker);
        const [[view, command] = [0]]: readonly (ToWorker | undefined)[] = args;
        if (typeof command === 'object') views.add(view);
        else if (command === undefined) views.delete(view);
        Reflect.apply(post, worker, args);
      },
    });
  }

  stop(): void {
    Worker.prototype.postMessage = this.#postMessage;
  }
}
