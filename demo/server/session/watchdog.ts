import type {CdpSession} from './cdp.js';

/** Questions asked, one after the other, before silence is taken for an answer. */
const QUESTIONS = 5;

/** Asks the browser again and again whether it is there. One that is stopped or stuck keeps its socket, and says nothing. */
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

  /** Counts questions, not time: while this process itself was held up, the browser's answers had nobody to read them. */
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
