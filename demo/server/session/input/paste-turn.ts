import type {Pasted} from '../clipboard/content.js';

/** How long what is typed waits for a paste before it, and how much of it: then the paste comes when it comes. */
const PATIENCE_MS = 10_000;
const MAX_WAITING = 1_000;

/**
 * Keeps what a viewer types behind what they pasted before: the bytes of a paste come later than its announcement, and
 * what is typed has little before it on its way.
 */
export class PasteTurn {
  readonly #paste: (pasted: Pasted) => void;
  #waiting: (() => void)[] | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(paste: (pasted: Pasted) => void) {
    this.#paste = paste;
  }

  /** Pastes what comes, after all that waits; nothing where that is undefined. */
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

  /** Whether `task` waits for a paste. Otherwise it is the caller's to do. */
  #wait(task: () => void): boolean {
    if (!this.#waiting) return false;
    if (this.#waiting.push(task) > MAX_WAITING) this.flush();
    return true;
  }

  /** Does the task: now, or after the paste that is on its way. */
  run(task: () => void): void {
    if (!this.#wait(() => this.run(task))) task();
  }

  /** Does all that waits. */
  flush(): void {
    clearTimeout(this.#timer);
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const task of waiting) task();
  }
}
