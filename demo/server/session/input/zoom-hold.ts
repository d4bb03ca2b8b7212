import type {ObservedDocument} from '../observer/observer.js';
import type {Page} from '../page.js';

/** For how long a document holds, from the last time that it was asked to; how often it is asked anew; how long it may take. */
const HELD_MS = 1_000;
const RENEW_AFTER_MS = 300;
const PATIENCE_MS = 500;

/**
 * At the machine a wheel with Control zooms the page, as a trackpad's pinch does, and scrolls nothing. One of CDP's scrolls
 * unless it is prevented: the documents are asked to prevent it, as the last who hear of it.
 */
export class ZoomHold {
  readonly #documents = new Map<ObservedDocument, Page>();
  #page: Page | undefined;
  #askedAtMs = -Infinity;

  /** Listens to the documents of a page. */
  follow(page: Page): void {
    page.observe({
      // Every document has something to say at its start.
      onReport: (document) => {
        if (this.#documents.has(document)) return;
        this.#documents.set(document, page);
        if (page === this.#page) this.#page = undefined;
      },
      onGone: (document) => this.#documents.delete(document),
    });
  }

  /** Whether nothing scrolls now; a promise of it where the documents have to be asked first. */
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
        // A page that is busy: its next wheel is asked for anew.
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
