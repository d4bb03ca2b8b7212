/** Something to do in its turn; what it returns, the next one waits for. */
export type Task = () => Promise<void> | undefined;

/** How long input waits for a page that does not answer: one that a dialog holds, say. */
const PATIENCE_MS = 1_000;

/** Does things in the order in which they came: each at once, unless one before it still waits for an answer. */
export class TaskQueue {
  readonly #waiting: Task[] = [];
  #isBusy = false;

  run(task: Task): void {
    this.#waiting.push(task);
    if (!this.#isBusy) this.#next();
  }

  #next(): void {
    this.#isBusy = false;
    for (let task = this.#waiting.shift(); task; task = this.#waiting.shift()) {
      const done = task();
      if (!done) continue;
      this.#isBusy = true;
      void patiently(done).then(() => this.#next());
      return;
    }
  }
}

/** Resolves when `promise` is settled, whichever way, or has taken too long. */
export function patiently(promise: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS);
    void promise.catch(() => {}).then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
