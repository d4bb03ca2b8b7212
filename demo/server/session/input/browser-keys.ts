import {type KeyMessage, MODIFIER} from 'chaser-live-view/protocol';
import type {ObservedDocument} from '../observer/observer.js';
import type {Page} from '../page.js';

const {alt: ALT, control: CONTROL, shift: SHIFT} = MODIFIER;
const KEYS = {arrowLeft: 37, arrowRight: 39, r: 82, f5: 116, browserBack: 166, browserForward: 167, browserRefresh: 168} as const;
/** How long a page may take to handle a key. */
const HEARD_MS = 5_000;

type Action = (page: Page) => unknown;

interface SentKey {
  readonly page: Page;
  readonly keyCode: number;
  readonly action: Action;
  readonly atMs: number;
}

/** The keys that trigger browser actions. CDP's key events reach the page only, so these actions are performed here. */
export class BrowserKeys {
  /** The documents in full screen or with pointer lock. They are noted in advance, because a loading page answers no request. */
  readonly #captors = new Map<ObservedDocument, Page>();
  #sent: readonly SentKey[] = [];

  /** Listens to the documents of a page. */
  follow(page: Page): void {
    page.observe({
      onReport: (document, report) => {
        if (report.kind === 'key') this.#act(page, report.keyCode);
        else if (report.kind === 'capture' && report.isCaptor) this.#captors.set(document, page);
        else if (report.kind === 'capture') this.#captors.delete(document);
      },
      onGone: (document) => this.#captors.delete(document),
    });
  }

  /** Escape: ends the page's full screen and pointer lock. The page does not get the key. Returns false if it has neither. */
  escape(page: Page): boolean {
    let isCaptor = false;
    for (const [{session, contextId}, owner] of this.#captors) {
      if (owner !== page) continue;
      isCaptor = true;
      // Not awaited, because such a command is delayed while a page loads.
      session.post('Runtime.evaluate', {expression: 'chaserObserver.escape()', contextId});
    }
    return isCaptor;
  }

  /** A key is sent to the page. If the page does not prevent it, the browser action follows. */
  expect(page: Page, message: KeyMessage): void {
    const action = actionOf(message);
    const atMs = performance.now();
    this.#sent = this.#sent.filter((sent) => atMs - sent.atMs < HEARD_MS);
    if (action) this.#sent = [...this.#sent, {page, keyCode: message.keyCode, action, atMs}];
  }

  /** The page has handled the key without preventing it. An automation's own keys are left alone, because no action is expected. */
  #act(page: Page, keyCode: number): void {
    const sent = this.#sent.find((each) => each.page === page && each.keyCode === keyCode && performance.now() - each.atMs < HEARD_MS);
    if (!sent) return;
    this.#sent = this.#sent.filter((each) => each !== sent);
    void sent.action(page);
  }
}

function actionOf({keyCode, modifiers}: KeyMessage): Action | undefined {
  const unshifted = modifiers & ~SHIFT;
  if (keyCode === KEYS.browserBack || (keyCode === KEYS.arrowLeft && modifiers === ALT)) return (page) => goBy(page, -1);
  if (keyCode === KEYS.browserForward || (keyCode === KEYS.arrowRight && modifiers === ALT)) return (page) => goBy(page, 1);
  const isReload = keyCode === KEYS.browserRefresh || (keyCode === KEYS.f5 && (unshifted === 0 || modifiers === CONTROL)) || (keyCode === KEYS.r && unshifted === CONTROL);
  // Shift, or Control with F5, bypasses the cache.
  const ignoreCache = (modifiers & SHIFT) !== 0 || (keyCode === KEYS.f5 && modifiers === CONTROL);
  return isReload ? (page) => page.reload(ignoreCache) : undefined;
}

async function goBy(page: Page, step: -1 | 1): Promise<void> {
  const history = await page.session.send('Page.getNavigationHistory').catch(() => undefined);
  const entry = history?.entries[history.currentIndex + step];
  if (entry) page.session.post('Page.navigateToHistoryEntry', {entryId: entry.id});
}
