/** With this many unanswered commands, a page gets no more moves. */
const MAX_BEFORE_MOVES = 512;
/** With this many, a page gets nothing more. */
const MAX = 2_048;
/** Text of this many UTF-16 units counts as one more command. */
const UNITS_PER_COMMAND = 1_024;

/**
 * The commands that a page has not answered yet. They wait in the browser, and their senders wait here. A page that is
 * blocked by a script or a dialog does not answer.
 */
export class Backlog {
  #size = 0;
  #waiting: (() => void)[] = [];

  /** Adds a command, with `textLength` UTF-16 units of text. `answer` never rejects. */
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

  /** Whether there is no room for anything more. */
  get isFull(): boolean {
    return this.#size >= MAX;
  }

  /** Resolves when moves need not wait any more. */
  untilShort(): Promise<void> {
    return this.isLong ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve();
  }

  /** Stops all waiting for this page. */
  drop(): void {
    this.#size = -Infinity;
    this.#tell();
  }

  #tell(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
