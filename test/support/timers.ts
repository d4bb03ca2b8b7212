/** Counts this page's timers from now on. */
export class TimerCount {
  readonly #pending = new Set<number>();
  readonly #setTimeout = window.setTimeout;
  readonly #clearTimeout = window.clearTimeout;

  constructor() {
    const [set, clear, pending] = [this.#setTimeout, this.#clearTimeout, this.#pending];
    window.setTimeout = Object.assign((handler: () => void, delayMs?: number): number => {
      const timer = Number(set(() => {
        pending.delete(timer);
        handler();
      }, delayMs));
      pending.add(timer);
      return timer;
    }, set);
    window.clearTimeout = (timer) => {
      pending.delete(Number(timer));
      clear(timer);
    };
  }

  /** Set, and neither run nor cleared. */
  get pending(): number {
    return this.#pending.size;
  }

  stop(): void {
    window.setTimeout = this.#setTimeout;
    window.clearTimeout = this.#clearTimeout;
  }
}
