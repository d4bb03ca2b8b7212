import type {InputTarget} from './input-target.js';
import {type Move, mergeMoves} from './merge-moves.js';
import {type Task, type TaskQueue, patiently} from './task-queue.js';

/** How much of what a viewer does may wait for its turn. */
const MAX_WAITING = 1_000;

/** A move that waits until the page is less behind; those that follow become one with it. */
interface WaitingMove {
  move: Move;
  arrivedAtMs: number;
}

export interface ViewerTurnsOptions {
  readonly queue: TaskQueue;
  readonly target: InputTarget;
  readonly move: (move: Move) => Promise<void> | undefined;
  /** Something is lost, and what comes is too, until `onRoom`. */
  readonly onOverflow: () => void;
  /** In its turn: an `up` may have been lost, so that everything held is to be let go of. */
  readonly onRoom: () => void;
}

/**
 * One viewer's turns in the queue of a session's input, which can be taken back: none that waits is done then. A page that
 * does not keep up gets fewer moves, and one that is held nothing more.
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
   * Does something in its turn, unless the page is too far behind when its turn comes. False when too much waits already,
   * and it is not to come to that.
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

  /** The same, for later: nothing once the turns before then were taken back. */
  still<Result>(act: () => Result): () => Result | undefined {
    const revocations = this.#revocations;
    return () => revocations === this.#revocations ? act() : undefined;
  }

  revoke(): void {
    this.#revocations++;
    this.#waitingMove = undefined;
  }

  /** The same for a move, or for several as one. */
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

  /** Input is lost until there is room again. */
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

  /** A move waits for a page that is behind, though not for long: where a press or the next move is will do. */
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
