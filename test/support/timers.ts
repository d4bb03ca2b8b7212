/** Counts this page's timers from now on. */
export class TimerCount {
  /** Where each pending timer was set. */
  readonly #pending = new Map<number, string>();
  /** The same for intervals. */
  readonly #running = new Map<number, string>();
  readonly #setTimeout = window.setTimeout;
  readonly #clearTimeout = window.clearTimeout;
  readonly #setInterval = window.setInterval;
  readonly #clearInterval = window.clearInterval;

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
    const [setRepeated, clearRepeated, running] = [this.#setInterval, this.#clearInterval, this.#running];
    window.setInterval = Object.assign((handler: () => void, intervalMs?: number): number => {
      const timer = Number(setRepeated(handler, intervalMs));
      running.set(timer, new Error('set').stack ?? '');
      return timer;
    }, setRepeated);
    window.clearInterval = (timer) => {
      running.delete(Number(timer));
      clearRepeated(timer);
    };
  }

  /** Where the element's pending timers were set. */
  get pending(): string[] {
    return [...this.#pending.values()].filter((stack) => stack.includes('/src/'));
  }

  /** Where the element's running intervals were set. */
  get intervals(): string[] {
    return [...this.#running.values()].filter((stack) => stack.includes('/src/'));
  }

  stop(): void {
    window.setInterval = this.#setInterval;
    window.clearInterval = this.#clearInterval;
    window.setTimeout = this.#setTimeout;
    window.clearTimeout = this.#clearTimeout;
  }
}
