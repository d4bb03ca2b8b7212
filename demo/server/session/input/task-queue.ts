/** A task. The next one waits for the promise that it returns. */
export type Task = () => Promise<void> | undefined;

/** How long input waits for a page that does not answer, for example because of a dialog. */
const PATIENCE_MS = 1_000;

/** Performs tasks in the order in which they were added: at once, unless an earlier one still waits for an answer. */
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

/** Resolves when `promise` has settled, or has taken too long. */
export function patiently(promise: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, PATIENCE_MS);
    void promise.catch(() => {}).then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
