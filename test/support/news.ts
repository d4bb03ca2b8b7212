/** How long something is waited for before it is said what came instead. Only a hang takes as long. */
const PATIENCE_MS = 45_000;

/** What comes by itself, and those who wait for it: they look whenever something has come. */
export class News {
  readonly #describe: () => string;
  readonly #waiting = new Set<() => void>();

  /** `describe` says what has come so far: a wait in vain is no use without. */
  constructor(describe: () => string) {
    this.#describe = describe;
  }

  /** Something has come. */
  tell(): void {
    for (const look of this.#waiting) look();
  }

  /**
   * Waits until `probe` gives something that is not undefined, null or false.
   * @throws {Error} what has come so far, after 45 s.
   */
  until<Value>(probe: () => Value | undefined | null | false, what = probe.toString()): Promise<Value> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const value = probe();
        if (value === undefined || value === null || value === false) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(value);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`Waited in vain for ${what}. There is ${this.#describe()}`));
      }, PATIENCE_MS);
      this.#waiting.add(look);
      look();
    });
  }
}
