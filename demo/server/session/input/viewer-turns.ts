import type {Task, TaskQueue} from './task-queue.js';

/** One viewer's turns in the queue of a session's input, which can be taken back: none that waits is done then. */
export class ViewerTurns {
  readonly #queue: TaskQueue;
  #revocations = 0;

  constructor(queue: TaskQueue) {
    this.#queue = queue;
  }

  /** Does something in its turn. */
  run(task: Task): void {
    this.#queue.run(this.still(task));
  }

  /** The same, for later: nothing once the turns before then were taken back. */
  still<Result>(act: () => Result): () => Result | undefined {
    const revocations = this.#revocations;
    return () => revocations === this.#revocations ? act() : undefined;
  }

  revoke(): void {
    this.#revocations++;
  }
}
