import {MAX_TABS, type NavigateMessage, type Navigation, type Tab, type TabActionMessage, type TabsMessage} from 'chaser-live-view/protocol';
import type {Page} from '../page.js';
import type {Pages} from '../pages.js';
import type {Viewer} from '../viewer.js';
import {checkAddress} from './address.js';
import {PageHistory} from './page-history.js';

/** A page may change its title with each frame, so viewers are told at most this often, and always of the last change. */
const TELL_INTERVAL_MS = 100;
/** In UTF-16 units. Fifty tabs have to fit into a message. */
const MAX_URL_LENGTH = 2_048;
const MAX_TITLE_LENGTH = 300;

export interface TabsOptions {
  readonly pages: () => Pages;
  /** Opens a blank page in the session. */
  readonly openPage: () => void;
  /** Patterns of `host:port` that no viewer may open. */
  readonly forbiddenHosts: readonly string[];
  readonly tell: (message: TabsMessage) => void;
}

interface OpenTab {
  readonly id: string;
  readonly history: PageHistory;
}

/** The session's pages as tabs, and viewers' navigation. */
export class Tabs {
  readonly #options: TabsOptions;
  readonly #open = new Map<Page, OpenTab>();
  #lastId = 0;
  #told = '';
  #timer: NodeJS.Timeout | undefined;
  /** The address for the next page that opens, because a viewer entered it while there was none. */
  #firstAddress: ((page: Page) => void) | undefined;

  constructor(options: TabsOptions) {
    this.#options = options;
  }

  /** The current state, for a new viewer. */
  get message(): TabsMessage {
    const {front} = this.#options.pages();
    const history = front && this.#open.get(front)?.history;
    return {
      type: 'tabs', tabs: this.#shown(front).map(([page, {id}]) => tabOf(page, id, page === front)),
      back: history?.canGoBack ?? false, forward: history?.canGoForward ?? false, loading: history?.isLoading ?? false,
    };
  }

  follow(page: Page): void {
    this.#open.set(page, {id: `tab-${++this.#lastId}`, history: new PageHistory(page, () => this.update())});
    this.#firstAddress?.(page);
    this.#firstAddress = undefined;
  }

  forget(page: Page): void {
    this.#open.get(page)?.history.stop();
    this.#open.delete(page);
    this.update();
  }

  /** Something that a tab bar shows has changed. */
  update(): void {
    if (this.#timer || !this.#tell()) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.update();
    }, TELL_INTERVAL_MS);
  }

  stop(): void {
    for (const page of this.#open.keys()) this.forget(page);
    clearTimeout(this.#timer);
  }

  /** Performs a viewer's navigation, if it is allowed. */
  receive(message: TabActionMessage | NavigateMessage, viewer: Viewer): void {
    if (!mayNavigate(viewer.navigation ?? 'none', message)) return refuse(viewer, 'The token does not allow this navigation. Request one with navigation: "full".');
    if (message.type === 'tab') this.#act(message, viewer);
    else this.#navigate(message, viewer);
  }

  #act(message: TabActionMessage, viewer: Viewer): void {
    if (message.action === 'new') {
      if (this.#open.size >= MAX_TABS) refuse(viewer, `A session has at most ${MAX_TABS} tabs: close one first.`);
      else this.#options.openPage();
      return;
    }
    // An unknown tab was closed a moment ago, which the next `tabs` tells the viewer.
    const [page] = [...this.#open].find(([, {id}]) => id === message.id) ?? [];
    if (page && message.action === 'activate') this.#options.pages().activate(page);
    else if (page) this.#close(page);
  }

  /** As in a browser: a page that was used may ask whether to leave it. */
  #close(page: Page): void {
    if (this.#open.size > 1) page.session.post('Page.close');
    else void this.#open.get(page)?.history.leave();
  }

  #navigate(message: NavigateMessage, viewer: Viewer): void {
    const {front} = this.#options.pages();
    if (message.action === 'to') return this.#goTo(message.url, front, viewer);
    if (!front) return;
    if (message.action === 'reload') front.session.post('Page.reload');
    else if (message.action === 'stop') front.session.post('Page.stopLoading');
    else void this.#open.get(front)?.history.go(message.action === 'back' ? -1 : 1);
  }

  #goTo(text: string, front: Page | undefined, viewer: Viewer): void {
    const {forbiddenHosts, openPage} = this.#options;
    const address = checkAddress(text, forbiddenHosts);
    if ('refusal' in address) return refuse(viewer, address.refusal);
    const go = (page: Page) => page.open(address.href, (url) => {
      const hop = checkAddress(url, forbiddenHosts);
      if ('refusal' in hop) refuse(viewer, `The address redirects to one that may not be opened. ${hop.refusal}`);
      return !('refusal' in hop);
    });
    if (front) return go(front);
    this.#firstAddress = go;
    openPage();
  }

  /** In the order in which they were opened. If there are too many, the newest and the active one. */
  #shown(front: Page | undefined): readonly (readonly [Page, OpenTab])[] {
    const all = [...this.#open];
    const rest = all.length - MAX_TABS;
    if (rest <= 0) return all;
    const isFrontOld = all.slice(0, rest).some(([page]) => page === front);
    return all.filter(([page], index) => page === front || index >= rest + (isFrontOld ? 1 : 0));
  }

  /** Returns false if nothing has changed. */
  #tell(): boolean {
    const {message} = this;
    const text = JSON.stringify(message);
    if (text === this.#told) return false;
    this.#told = text;
    this.#options.tell(message);
    return true;
  }
}

/** Whether the navigation of a token allows what a message asks for. */
export function mayNavigate(navigation: Navigation, {action}: TabActionMessage | NavigateMessage): boolean {
  return navigation === 'full' || (navigation === 'history' && action !== 'new' && action !== 'to');
}

function refuse(viewer: Viewer, message: string): void {
  viewer.tell({type: 'error', code: 'not_allowed', message});
}

function tabOf({info: {url, title}}: Page, id: string, active: boolean): Tab {
  return {id, url: url.slice(0, MAX_URL_LENGTH), title: title.slice(0, MAX_TITLE_LENGTH), active};
}

