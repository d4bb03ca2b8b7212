export interface PresenceEvents {
  /** Whether anybody can see the element has changed. */
  onSeen(isSeen: boolean): void;
  /** The network is back, or the page was woken. */
  onWake(): void;
  /** The page goes away, perhaps to come back from the back/forward cache. */
  onLeave(): void;
  /** The page has come back from the back/forward cache. */
  onReturn(): void;
}

/** Tells whether somebody can be watching an element: its page is visible, and it is scrolled into view. */
export class Presence {
  readonly #element: Element;
  readonly #events: PresenceEvents;
  #listeners: AbortController | undefined;
  #observer: IntersectionObserver | undefined;
  #isInView = true;
  #isSeen = true;

  constructor(element: Element, events: PresenceEvents) {
    this.#element = element;
    this.#events = events;
  }

  get isPageVisible(): boolean {
    return this.#element.ownerDocument.visibilityState === 'visible';
  }

  /** Starts to look, again where it has begun already: the element may be in another document. */
  start(): void {
    this.stop();
    const page = this.#element.ownerDocument;
    const window = page.defaultView;
    this.#listeners = new AbortController();
    const {signal} = this.#listeners;
    page.addEventListener('visibilitychange', () => this.#look(), {signal});
    page.addEventListener('resume', () => this.#events.onWake(), {signal});
    window?.addEventListener('online', () => this.#events.onWake(), {signal});
    window?.addEventListener('pagehide', () => this.#events.onLeave(), {signal});
    window?.addEventListener('pageshow', ({persisted}) => persisted && this.#events.onReturn(), {signal});
    this.#look();
    // There is none where a page's code is tested without a browser (jsdom).
    if (typeof IntersectionObserver === 'undefined') return;
    this.#observer = new IntersectionObserver((entries) => {
      this.#isInView = entries.at(-1)?.isIntersecting ?? true;
      this.#look();
    });
    this.#observer.observe(this.#element);
  }

  stop(): void {
    this.#listeners?.abort();
    this.#observer?.disconnect();
    this.#isInView = true;
  }

  #look(): void {
    const isSeen = this.isPageVisible && this.#isInView;
    if (isSeen === this.#isSeen) return;
    this.#isSeen = isSeen;
    this.#events.onSeen(isSeen);
  }
}
