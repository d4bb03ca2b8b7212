import type {Pasted} from '../clipboard/content.js';

/** How long typed input waits for an earlier paste, and how much may wait. After that, the input is performed before the paste. */
const PATIENCE_MS = 10_000;
const MAX_WAITING = 1_000;

/**
 * Keeps what a viewer types in order after what they pasted before. The bytes of a paste arrive later than its announcement,
 * while typed input arrives quickly.
 */
export class PasteTurn {
  readonly #paste: (pasted: Pasted) => void;
  #waiting: (() => void)[] | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(paste: (pasted: Pasted) => void) {
    this.#paste = paste;
  }

  /** Pastes the content when it has arrived, after everything that waits. Does nothing if the content is undefined. */
  take(content: Promise<Pasted | undefined>): void {
    if (this.#wait(() => this.take(content))) return;
    const waiting: (() => void)[] = [];
    this.#waiting = waiting;
    this.#timer = setTimeout(() => this.flush(), PATIENCE_MS);
    void content.then((pasted) => {
      if (pasted) this.#paste(pasted);
      if (this.#waiting === waiting) this.flush();
    });
  }

  /** Whether `task` has to wait for a paste. If not, the caller performs it. */
  #wait(task: () => void): boolean {
    if (!this.#waiting) return false;
    if (this.#waiting.push(task) > MAX_WAITING) this.flush();
    return true;
  }

  /** Performs the task now, or after the paste that is on its way. */
  run(task: () => void): void {
    if (!this.#wait(() => this.run(task))) task();
  }

  /** Performs everything that waits. */
  flush(): void {
    clearTimeout(this.#timer);
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const task of waiting) task();
  }
}
