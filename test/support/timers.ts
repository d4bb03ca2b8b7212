/** Counts this page's timers from now on. */
export class TimerCount {
  /** Where each pending timer was set. */
  readonly #pending = new Map<number, string>();
  readonly #setTimeout = window.setTimeout;
  readonly #clearTimeout = window.clearTimeout;

  constructor() {
    const [set, clear, pending] = [this.#setTimeout, this.#clearTimeout, this.#pending];
    window.setTimeout = Object.assign((handler: () => void, delayMs?: number): number => {
      const timer = Number(set(() => {
        pending.delete(timer);
        handler();
      }, delayMs));
      pending.set(timer, new Error('set').stack ?? '');
      return timer;
    }, set);
    window.clearTimeout = (timer) => {
      pending.delete(Number(timer));
      clear(timer);
    };
  }

  /** Where the element's pending timers were set. */
  get pending(): string[] {
    return [...this.#pending.values()].filter((stack) => stack.includes('/src/'));
  }

  stop(): void {
    window.setTimeout = this.#setTimeout;
    window.clearTimeout = this.#clearTimeout;
  }
}
