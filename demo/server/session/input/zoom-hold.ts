import type {ObservedDocument} from '../observer/observer.js';
import type {Page} from '../page.js';

/** How long a document prevents scrolling after the last request. */
const HELD_MS = 1_000;
/** How soon the request is repeated. */
const RENEW_AFTER_MS = 300;
/** How long the documents may take to reply. */
const PATIENCE_MS = 500;

/**
 * In a browser, a wheel with Control zooms the page, as a trackpad's pinch does, and does not scroll. A wheel with Control that CDP sends
 * scrolls, unless a listener prevents it. So the server's script in each document prevents it, in the last listener of the event.
 */
export class ZoomHold {
  readonly #documents = new Map<ObservedDocument, Page>();
  #page: Page | undefined;
  #askedAtMs = -Infinity;

  /** Listens to the documents of a page. */
  follow(page: Page): void {
    page.observe({
      // Every document sends a report at its start.
      onReport: (document) => {
        if (this.#documents.has(document)) return;
        this.#documents.set(document, page);
        if (page === this.#page) this.#page = undefined;
      },
      onGone: (document) => this.#documents.delete(document),
    });
  }

  /** Returns true if the documents prevent scrolling now, or else a promise of that. */
  hold(page: Page): Promise<boolean> | true {
    const nowMs = performance.now();
    const ageMs = page === this.#page ? nowMs - this.#askedAtMs : Infinity;
    if (ageMs < RENEW_AFTER_MS) return true;
    this.#page = page;
    this.#askedAtMs = nowMs;
    const held = this.#ask(page);
    return ageMs < HELD_MS - RENEW_AFTER_MS ? true : held;
  }

  #ask(page: Page): Promise<boolean> {
    const answers = [...this.#documents].filter(([, owner]) => owner === page).map(([{session, contextId}]) =>
      session.send('Runtime.evaluate', {expression: 'chaserObserver.holdZoom()', contextId, awaitPromise: true}).catch(() => {}));
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        // The page is busy. The next wheel sends the request again.
        this.#page = undefined;
        resolve(false);
      }, PATIENCE_MS);
      void Promise.all(answers).then(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }
}
