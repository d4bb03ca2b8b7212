import {setTimeout as delay} from 'node:timers/promises';
import type {Protocol} from 'devtools-protocol';
import type {Page} from '../page.js';

/** A page counts as loading after this time. A history entry within the same document loads for a few milliseconds, which needs no spinner. */
const LOADING_DELAY_MS = 100;

const BLANK = 'about:blank';
/** While a page moves to another process, some commands fail. They are sent again. */
const RETRY_DELAY_MS = 50;
const TRIES = 5;

/** Whether a page can go back and forward, and whether it is loading. */
export class PageHistory {
  readonly #page: Page;
  readonly #onChange: () => void;
  #topFrameId: string;
  #isLoading = false;
  #canGoBack = false;
  #canGoForward = false;
  #loadingTimer: NodeJS.Timeout | undefined;
  #reading: 'no' | 'once' | 'again' | 'never' = 'no';
  #retryTimer: NodeJS.Timeout | undefined;
  /** Whether the entries before the current one are to be deleted. */
  #isToForget = false;

  /** Follows a page that has not run any script yet. */
  constructor(page: Page, onChange: () => void) {
    this.#page = page;
    this.#onChange = onChange;
    this.#topFrameId = page.targetId;
    const {session} = page;
    session.on('Page.frameStartedLoading', ({frameId}) => {
      if (frameId === this.#topFrameId) this.#loadingTimer ??= setTimeout(() => this.#setLoading(true), LOADING_DELAY_MS);
    });
    session.on('Page.frameStoppedLoading', ({frameId}) => {
      if (frameId === this.#topFrameId) this.#stopLoading();
    });
    session.on('Inspector.targetCrashed', () => this.#stopLoading());
    // Not earlier, because while a page asks whether to leave it, the browser already reports the next entry as the current one.
    session.on('Page.frameNavigated', ({frame}) => {
      if (frame.parentId !== undefined) return;
      this.#topFrameId = frame.id;
      void this.#read();
    });
    session.on('Page.navigatedWithinDocument', ({frameId}) => {
      if (frameId !== this.#topFrameId) return;
      this.#loadingTimer?.refresh();
      void this.#read();
    });
    void this.#read();
  }

  get isLoading(): boolean {
    return this.#isLoading;
  }

  get canGoBack(): boolean {
    return this.#canGoBack;
  }

  get canGoForward(): boolean {
    return this.#canGoForward;
  }

  /** Goes back or forward like the browser's own buttons. `history.back()` would count as the page's own action. */
  async go(steps: -1 | 1): Promise<void> {
    const entry = await this.#entryAt(steps);
    if (entry) this.#page.session.post('Page.navigateToHistoryEntry', {entryId: entry.id});
  }

  /** Replaces the page and its history by a blank page, unless the page asks whether to leave and the person stays. */
  async leave(): Promise<void> {
    const {session} = this.#page;
    // Before that, another blank page may come, if the page was navigating to one.
    const reached = new Set<string>();
    let loaderId: string | undefined;
    const forget = () => {
      if (loaderId === undefined || !reached.has(loaderId)) return;
      stop();
      this.#isToForget = true;
      void this.#read();
    };
    const stop = session.on('Page.frameNavigated', ({frame}) => {
      if (frame.parentId === undefined && frame.url === BLANK) reached.add(frame.loaderId);
      forget();
    });
    try {
      const answer = await session.send('Page.navigate', {url: BLANK});
      loaderId = answer.loaderId;
      if (answer.errorText !== undefined) stop();
      forget();
    } catch {
      stop();
    }
  }

  /** The page is closed. */
  stop(): void {
    this.#reading = 'never';
    clearTimeout(this.#loadingTimer);
    clearTimeout(this.#retryTimer);
  }

  async #entryAt(steps: number): Promise<Protocol.Page.NavigationEntry | undefined> {
    for (let triesLeft = TRIES; triesLeft > 0 && !this.#isOver; triesLeft--) {
      try {
        const {currentIndex, entries} = await this.#page.session.send('Page.getNavigationHistory');
        return entries[currentIndex + steps];
      } catch {
        await delay(RETRY_DELAY_MS);
      }
    }
    return undefined;
  }

  /** Reads the history, one command at a time and once more after the last change, because a page may add entries faster than they are read. */
  async #read(): Promise<void> {
    clearTimeout(this.#retryTimer);
    if (this.#reading !== 'no') {
      if (this.#reading === 'once') this.#reading = 'again';
      return;
    }
    this.#reading = 'once';
    const isRead = await this.#ask();
    if (this.#isOver) return;
    const isStale = this.#isStale;
    this.#reading = 'no';
    if (isStale) void this.#read();
    else if (!isRead) this.#retryTimer = setTimeout(() => void this.#read(), RETRY_DELAY_MS);
  }

  async #ask(): Promise<boolean> {
    const {session} = this.#page;
    try {
      if (this.#isToForget) await session.send('Page.resetNavigationHistory');
      this.#isToForget = false;
      const {currentIndex, entries} = await session.send('Page.getNavigationHistory');
      if (!this.#isOver) this.#set(currentIndex > 0, currentIndex < entries.length - 1);
      return true;
    } catch {
      return false;
    }
  }

  get #isOver(): boolean {
    return this.#reading === 'never';
  }

  get #isStale(): boolean {
    return this.#reading === 'again';
  }

  #set(canGoBack: boolean, canGoForward: boolean): void {
    if (canGoBack === this.#canGoBack && canGoForward === this.#canGoForward) return;
    this.#canGoBack = canGoBack;
    this.#canGoForward = canGoForward;
    this.#onChange();
  }

  #stopLoading(): void {
    clearTimeout(this.#loadingTimer);
    this.#loadingTimer = undefined;
    this.#setLoading(false);
  }

  #setLoading(isLoading: boolean): void {
    if (isLoading === this.#isLoading) return;
    this.#isLoading = isLoading;
    this.#onChange();
  }
}
