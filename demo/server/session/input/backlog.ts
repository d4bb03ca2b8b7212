/** Commands that a page may have left unanswered before it gets no more moves, and before it gets nothing. */
const MAX_BEFORE_MOVES = 512;
const MAX = 2_048;
/** Text of this many UTF-16 units is as much to keep as one command more. */
const UNITS_PER_COMMAND = 1_024;

/**
 * What a page was told and has not answered yet: all of it waits in the browser, and its senders here. A page that a
 * script or a dialog holds answers nothing.
 */
export class Backlog {
  #size = 0;
  #waiting: (() => void)[] = [];

  /** A command is on its way; `textLength` UTF-16 units of it are text. `answer` never rejects. */
  add(answer: Promise<unknown>, textLength: number): void {
    const size = 1 + textLength / UNITS_PER_COMMAND;
    this.#size += size;
    void answer.then(() => {
      this.#size -= size;
      if (!this.isLong) this.#tell();
    });
  }

  /** Whether the page is behind, so that moves have to wait. */
  get isLong(): boolean {
    return this.#size >= MAX_BEFORE_MOVES;
  }

  /** Whether there is no place for anything more. */
  get isFull(): boolean {
    return this.#size >= MAX;
  }

  /** Resolves when moves need not wait any more. */
  untilShort(): Promise<void> {
    return this.isLong ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve();
  }

  /** Nobody is to wait for this page any more. */
  drop(): void {
    this.#size = -Infinity;
    this.#tell();
  }

  #tell(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
