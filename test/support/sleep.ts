/** A device that can sleep. While it sleeps, clocks go on and timers stop. When it wakes, all timers that are due fire at once. */
export class Sleeper {
  readonly #timers = new Map<number, {readonly dueMs: number; readonly run: () => void}>();
  readonly #setTimeout = window.setTimeout;
  readonly #now = performance.now.bind(performance);
  #sleptMs = 0;

  constructor() {
    const [set, timers] = [this.#setTimeout, this.#timers];
    const today = Date.now;
    performance.now = () => this.#now() + this.#sleptMs;
    Date.now = () => today() + this.#sleptMs;
    window.setTimeout = Object.assign((handler: () => void, delayMs = 0): number => {
      const run = () => timers.delete(timer) && handler();
      const timer = Number(set(run, delayMs));
      timers.set(timer, {dueMs: performance.now() + delayMs, run});
      return timer;
    }, set);
    const {clearTimeout} = window;
    window.clearTimeout = (timer) => {
      timers.delete(Number(timer));
      clearTimeout(timer);
    };
    this.stop = () => {
      window.setTimeout = set;
      window.clearTimeout = clearTimeout;
      performance.now = this.#now;
      Date.now = today;
    };
  }

  readonly stop: () => void;

  sleep(durationMs: number): void {
    this.#sleptMs += durationMs;
    const late = [...this.#timers.values()].filter(({dueMs}) => dueMs <= performance.now()).toSorted((a, b) => a.dueMs - b.dueMs);
    for (const {run} of late) run();
  }
}
