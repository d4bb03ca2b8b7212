/** After this time, a wait fails with what has arrived instead. Only a hang takes this long. */
const PATIENCE_MS = 45_000;

/** Waits for things that arrive by themselves. Waiting probes run whenever something has arrived. */
export class News {
  readonly #describe: () => string;
  readonly #waiting = new Set<() => void>();

  /** `describe` returns what has arrived so far, for the error of a wait that fails. */
  constructor(describe: () => string) {
    this.#describe = describe;
  }

  /** Tells the waiting probes that something has arrived. */
  tell(): void {
    for (const look of this.#waiting) look();
  }

  /**
   * Waits until `probe` returns something other than undefined, null or false.
   * @throws {Error} with what has arrived so far, after 45 s.
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
