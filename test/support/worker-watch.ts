/** Sees which workers this page talks to, from now on. */
export class WorkerWatch {
  readonly workers = new Set<Worker>();
  readonly #postMessage = Worker.prototype.postMessage;

  constructor() {
    const {workers} = this;
    Worker.prototype.postMessage = new Proxy(this.#postMessage, {
      apply(post, worker: Worker, args) {
        workers.add(worker);
        Reflect.apply(post, worker, args);
      },
    });
  }

  stop(): void {
    Worker.prototype.postMessage = this.#postMessage;
  }
}
