import type {InputTarget} from './input-target.js';
import {type Move, mergeMoves} from './merge-moves.js';
import {type Task, type TaskQueue, patiently} from './task-queue.js';

/** How much input of one viewer may wait. */
const MAX_WAITING = 1_000;

/** A move that waits until the page is less behind. Moves that follow are merged with it. */
interface WaitingMove {
  move: Move;
  arrivedAtMs: number;
}

export interface ViewerTurnsOptions {
  readonly queue: TaskQueue;
  readonly target: InputTarget;
  readonly move: (move: Move) => Promise<void> | undefined;
  /** Input was dropped, and more is dropped until `onRoom`. */
  readonly onOverflow: () => void;
  /** Called in order, when there is room again. An `up` may have been dropped, so everything that is held must be released. */
  readonly onRoom: () => void;
}

/**
 * One viewer's tasks in the queue of a session's input. They can be discarded while they wait. A page that
 * does not keep up gets fewer moves, and a page that is blocked gets nothing more.
 */
export class ViewerTurns {
  readonly #options: ViewerTurnsOptions;
  #waiting = 0;
  #waitingMove: WaitingMove | undefined;
  #isOverflowing = false;
  #revocations = 0;

  constructor(options: ViewerTurnsOptions) {
    this.#options = options;
  }

  /**
   * Performs a task in order, unless the page is too far behind by then. Returns false if too much waits already
   * and the task will not be performed.
   */
  run(task: Task): boolean {
    this.#waitingMove = undefined;
    if (this.#waiting >= MAX_WAITING) this.overflow();
    if (this.#isOverflowing) return false;
    this.#waiting++;
    const {queue, target} = this.#options;
    const act = this.still(task);
    queue.run(() => {
      this.#waiting--;
      if (!target.backlog.isFull) return act();
      this.overflow();
      return undefined;
    });
    return true;
  }

  /** Wraps a part of a task that runs later. It does nothing if the viewer's tasks were discarded meanwhile. */
  still<Result>(act: () => Result): () => Result | undefined {
    const revocations = this.#revocations;
    return () => revocations === this.#revocations ? act() : undefined;
  }

  revoke(): void {
    this.#revocations++;
    this.#waitingMove = undefined;
  }

  /** Performs a move in order. Moves that wait are merged. */
  follow(move: Move): void {
    const nowMs = performance.now();
    const waiting = this.#waitingMove;
    const merged = waiting && mergeMoves(waiting.move, move, nowMs - waiting.arrivedAtMs);
    if (waiting && merged) {
      waiting.move = merged;
      waiting.arrivedAtMs = nowMs;
    } else {
      const next = {move, arrivedAtMs: nowMs};
      this.run(() => this.#move(next));
    }
  }

  /** Input is dropped until there is room again. */
  overflow(): void {
    if (this.#isOverflowing) return;
    this.#isOverflowing = true;
    const {queue, target, onOverflow, onRoom} = this.#options;
    onOverflow();
    void target.backlog.untilShort().then(() => queue.run(() => {
      this.#isOverflowing = false;
      onRoom();
      return undefined;
    }));
  }

  /** A move waits for a page that is behind, but not for long: the position at the next press or move is enough. */
  #move(waiting: WaitingMove): Promise<void> | undefined {
    const {target: {backlog}, move} = this.#options;
    if (!backlog.isLong) return move(waiting.move);
    this.#waitingMove = waiting;
    return patiently(backlog.untilShort()).then(this.still(() => {
      if (this.#waitingMove === waiting) this.#waitingMove = undefined;
      return backlog.isLong ? undefined : move(waiting.move);
    }));
  }
}
