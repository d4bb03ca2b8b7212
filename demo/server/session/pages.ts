import type {Protocol} from 'devtools-protocol';
import type {CdpConnection} from './cdp.js';
import {Page} from './page.js';

const PAGES_ONLY = [{type: 'page'}, {exclude: true}];

export interface PagesListener {
  /** A page that has run no script yet. */
  readonly onOpen: (page: Page) => void;
  readonly onClose: (page: Page) => void;
  /** Another page is in front; undefined when the last one is closed. */
  readonly onFront: (page: Page | undefined) => void;
  /** A page's address or title has changed. */
  readonly onChange: (page: Page) => void;
}

/**
 * The session's pages, whoever opens them: its own pages, or an automation. The newest is in front, as in a browser
 * that somebody sits at, unless an automation brings another there; when it closes, its opener is, else the one that was
 * there last.
 */
export class Pages {
  readonly #connection: CdpConnection;
  readonly #listener: PagesListener;
  readonly #isForeign: (info: Protocol.Target.TargetInfo) => boolean;
  readonly #isHelper: (info: Protocol.Target.TargetInfo) => boolean;
  /** In the order in which they were in front. */
  readonly #pages: Page[] = [];
  #front: Page | undefined;
  #declinesPasswords = true;
  /** The first page, once there is one. */
  readonly first: Promise<Page>;
  #resolveFirst: (page: Page) => void = () => {};

  /**
   * Begins to follow pages. `isForeign` tells those that are none of the session's, `isHelper` those that are the server's
   * own: where a browser knows no hidden pages, they are pages like any.
   */
  constructor(
    connection: CdpConnection, listener: PagesListener,
    isForeign: (info: Protocol.Target.TargetInfo) => boolean, isHelper: (info: Protocol.Target.TargetInfo) => boolean,
  ) {
    this.#connection = connection;
    this.#listener = listener;
    this.#isForeign = isForeign;
    this.#isHelper = isHelper;
    this.first = new Promise((resolve) => {
      this.#resolveFirst = resolve;
    });
    const {browser} = connection;
    browser.on('Target.attachedToTarget', (event) => this.#attach(event));
    browser.on('Target.detachedFromTarget', ({sessionId}) => this.#detach(sessionId));
    browser.on('Target.targetInfoChanged', ({targetInfo}) => this.#change(targetInfo));
    browser.post('Target.setDiscoverTargets', {discover: true, filter: PAGES_ONLY});
    browser.post('Target.setAutoAttach', {autoAttach: true, waitForDebuggerOnStart: true, flatten: true, filter: PAGES_ONLY});
  }

  get front(): Page | undefined {
    return this.#front;
  }

  /** Whether who asks for a password, in whichever page, is told that there is none. */
  setDeclinesPasswords(declinesPasswords: boolean): void {
    this.#declinesPasswords = declinesPasswords;
    for (const page of this.#pages) page.setDeclinesPasswords(declinesPasswords);
  }

  /** Again, after somebody's CDP session has ended: the browser has forgotten it. */
  declineKeys(): void {
    for (const page of this.#pages) page.declineKeys();
  }

  #attach({sessionId, targetInfo}: Protocol.Target.AttachedToTargetEvent): void {
    // A session that somebody asked for, a cast's say, is not a new page.
    if (targetInfo.type !== 'page' || this.#pages.some(({targetId}) => targetId === targetInfo.targetId)) return;
    const session = this.#connection.session(sessionId);
    if (this.#isHelper(targetInfo)) {
      session.post('Runtime.runIfWaitingForDebugger');
      return;
    }
    if (this.#isForeign(targetInfo)) {
      session.post('Runtime.runIfWaitingForDebugger');
      this.#connection.browser.post('Target.detachFromTarget', {sessionId});
      return;
    }
    const page = new Page(this.#connection, session, targetInfo);
    page.setDeclinesPasswords(this.#declinesPasswords);
    this.#listener.onOpen(page);
    this.#pages.push(page);
    this.#show(page);
    page.run();
    this.#resolveFirst(page);
  }

  #detach(sessionId: string): void {
    const index = this.#pages.findIndex(({session}) => session.id === sessionId);
    const [page] = index < 0 ? [] : this.#pages.splice(index, 1);
    if (!page) {
      this.declineKeys();
      return;
    }
    page.close();
    this.#listener.onClose(page);
    if (page !== this.#front) return;
    this.#show(this.#pages.find(({targetId}) => targetId === page.info.openerId) ?? this.#pages.at(-1));
  }

  #change(info: Protocol.Target.TargetInfo): void {
    const page = this.#pages.find(({targetId}) => targetId === info.targetId);
    if (!page) return;
    const hasChanged = page.info.url !== info.url || page.info.title !== info.title;
    page.info = info;
    if (hasChanged) this.#listener.onChange(page);
  }

  /** The page says itself what its title is now: the browser tells of it only as it goes to another page. */
  setTitle(page: Page, title: string): void {
    this.#change({...page.info, title});
  }

  /** Brings a page to the front, in the browser too. */
  activate(page: Page): void {
    page.session.post('Page.bringToFront');
    this.bringToFront(page.targetId);
  }

  /** An automation has brought this page to the front, of all that are open. */
  bringToFront(targetId: string): void {
    const index = this.#pages.findIndex((page) => page.targetId === targetId);
    const [page] = index < 0 ? [] : this.#pages.splice(index, 1);
    if (!page) return;
    this.#pages.push(page);
    if (page !== this.#front) this.#show(page);
  }

  #show(page: Page | undefined): void {
    this.#front?.setInFront(false);
    this.#front = page;
    page?.setInFront(true);
    this.#listener.onFront(page);
  }
}
