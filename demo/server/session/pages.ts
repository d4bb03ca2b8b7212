import type {Protocol} from 'devtools-protocol';
import type {CdpConnection} from './cdp.js';
import {Page} from './page.js';

const PAGES_ONLY = [{type: 'page'}, {exclude: true}];

export interface PagesListener {
  /** A page that has not run any script yet. */
  readonly onOpen: (page: Page) => void;
  readonly onClose: (page: Page) => void;
  /** Another page is active. Undefined when the last one was closed. */
  readonly onFront: (page: Page | undefined) => void;
  /** A page's address or title has changed. */
  readonly onChange: (page: Page) => void;
}

/**
 * The session's pages, opened by pages or by an automation. The newest is active, as in a browser on a desktop,
 * unless an automation activates another. When the active page closes, its opener becomes active, or else the one that was
 * active before.
 */
export class Pages {
  readonly #connection: CdpConnection;
  readonly #listener: PagesListener;
  readonly #isForeign: (info: Protocol.Target.TargetInfo) => boolean;
  readonly #isHelper: (info: Protocol.Target.TargetInfo) => boolean;
  readonly #folder: string | undefined;
  /** In the order in which they were last active. */
  readonly #pages: Page[] = [];
  #front: Page | undefined;
  #declinesPasswords = true;
  /** The first page, once there is one. */
  readonly first: Promise<Page>;
  #resolveFirst: (page: Page) => void = () => {};

  /**
   * Starts to follow pages. `isForeign` tells which targets do not belong to the session, and `isHelper` which are the server's
   * own. In a browser without hidden pages, these are ordinary pages. Pages may open the files in `folder`.
   */
  constructor(
    connection: CdpConnection, listener: PagesListener,
    isForeign: (info: Protocol.Target.TargetInfo) => boolean, isHelper: (info: Protocol.Target.TargetInfo) => boolean,
    folder: string | undefined,
  ) {
    this.#folder = folder;
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
    browser.on('Target.targetInfoChanged', ({targetInfo}) => this.#note(targetInfo));
    browser.post('Target.setDiscoverTargets', {discover: true, filter: PAGES_ONLY});
    browser.post('Target.setAutoAttach', {autoAttach: true, waitForDebuggerOnStart: true, flatten: true, filter: PAGES_ONLY});
  }

  get front(): Page | undefined {
    return this.#front;
  }

  /** Whether HTTP authentication is declined in all pages. */
  setDeclinesPasswords(declinesPasswords: boolean): void {
    this.#declinesPasswords = declinesPasswords;
    for (const page of this.#pages) page.setDeclinesPasswords(declinesPasswords);
  }

  /** Declines again after a CDP session has ended, because the browser has forgotten it. */
  declineKeys(): void {
    for (const page of this.#pages) page.declineKeys();
  }

  #attach({sessionId, targetInfo}: Protocol.Target.AttachedToTargetEvent): void {
    // A CDP session that a client attached, such as a screencast's, is not a new page.
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
    const page = new Page(this.#connection, session, withOwnTitle(targetInfo), this.#folder);
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

  #note(info: Protocol.Target.TargetInfo): void {
    const page = this.#pages.find(({targetId}) => targetId === info.targetId);
    if (page) this.#change(page, withOwnTitle(info, page.info));
  }

  #change(page: Page, info: Protocol.Target.TargetInfo): void {
    const hasChanged = page.info.url !== info.url || page.info.title !== info.title;
    page.info = info;
    if (hasChanged) this.#listener.onChange(page);
  }

  /** The page reports its title itself, because the browser reports a title only at a navigation. */
  setTitle(page: Page, title: string): void {
    this.#change(page, {...page.info, title});
  }

  /** Activates a page, in the browser too. */
  activate(page: Page): void {
    page.session.post('Page.bringToFront');
    this.bringToFront(page.targetId);
  }

  /** An automation has activated this page. */
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

/**
 * While a document's title is not known, or if it has none, Chromium reports its address as the title, with query and fragment, which
 * not every viewer may see. The page's own title is kept while its address is the same.
 */
function withOwnTitle(info: Protocol.Target.TargetInfo, before?: Protocol.Target.TargetInfo): Protocol.Target.TargetInfo {
  const mayBeAddress = /[?#]/.test(info.url) && /[?#]/.test(info.title);
  return mayBeAddress ? {...info, title: before?.url === info.url ? before.title : ''} : info;
}
