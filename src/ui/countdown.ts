const TICK_MS = 1000;

/** Writes the time left into an element, every second while the element can be seen. */
export class Countdown {
  readonly #text: () => string;
  #element: Element | null = null;
  #observer: IntersectionObserver | undefined;
  #listeners: AbortController | undefined;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #isInView = false;

  constructor(text: () => string) {
    this.#text = text;
  }

  /** Continues in this element. Null stops the countdown. */
  show(element: Element | null): void {
    if (element) this.#write(element);
    if (element === this.#element) return;
    this.stop();
    this.#element = element;
    if (!element) return;
    this.#observer = new IntersectionObserver((entries) => {
      this.#isInView = entries.at(-1)?.isIntersecting ?? false;
      this.#look(element);
    });
    this.#observer.observe(element);
    this.#listeners = new AbortController();
    element.ownerDocument.addEventListener('visibilitychange', () => this.#look(element), this.#listeners);
  }

  stop(): void {
    clearInterval(this.#ticker);
    this.#observer?.disconnect();
    this.#listeners?.abort();
    this.#element = null;
    this.#isInView = false;
  }

  #look(element: Element): void {
    clearInterval(this.#ticker);
    if (!this.#isInView || element.ownerDocument.visibilityState === 'hidden') return;
    this.#write(element);
    this.#ticker = setInterval(() => this.#write(element), TICK_MS);
  }

  #write(element: Element): void {
    element.textContent = this.#text();
  }
}
