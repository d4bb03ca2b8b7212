import type {CdpSession} from './cdp.js';

/** After this many unanswered requests, one after the other, the browser counts as hung. */
const QUESTIONS = 5;

/** Checks regularly whether the browser answers. A browser that is stopped or stuck keeps its socket open and does not answer. */
export class Watchdog {
  readonly #browser: CdpSession;
  readonly #onHung: () => void;
  readonly #timer: NodeJS.Timeout;
  #unanswered = 0;

  constructor(browser: CdpSession, hungAfterMs: number, onHung: () => void) {
    this.#browser = browser;
    this.#onHung = onHung;
    this.#timer = setInterval(() => this.#ask(), hungAfterMs / QUESTIONS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Counts requests and not time, because this process may have been blocked itself, with the browser's answers unread. */
  #ask(): void {
    if (this.#unanswered === QUESTIONS) {
      this.stop();
      this.#onHung();
      return;
    }
    this.#unanswered++;
    this.#browser.send('Browser.getVersion').then(() => {
      this.#unanswered = 0;
    }, () => this.stop());
  }
}
