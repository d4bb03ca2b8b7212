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

/** Tells whether an element can be seen: its page is visible and the element is scrolled into view, or its picture is in a window of its own. */
export class Presence {
  readonly #element: Element;
  readonly #events: PresenceEvents;
  #listeners: AbortController | undefined;
  #observer: IntersectionObserver | undefined;
  #isInView = true;
  #isFloating = false;
  #isSeen = true;

  constructor(element: Element, events: PresenceEvents) {
    this.#element = element;
    this.#events = events;
  }

  /** Whether the page is visible, or the picture is in a window of its own. */
  get isOnScreen(): boolean {
    return this.#isFloating || this.#element.ownerDocument.visibilityState === 'visible';
  }

  /** A window of its own with the picture has opened or closed. It shows the picture wherever the element and its page are. */
  setFloating(isFloating: boolean): void {
    this.#isFloating = isFloating;
    this.#look();
  }

  /** Starts to observe, or starts again, because the element may be in another document. */
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
    // jsdom, in which pages run unit tests, has no `IntersectionObserver`.
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
    const isSeen = this.isOnScreen && (this.#isFloating || this.#isInView);
    if (isSeen === this.#isSeen) return;
    this.#isSeen = isSeen;
    this.#events.onSeen(isSeen);
  }
}
