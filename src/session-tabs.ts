import type {ReactiveController, ReactiveControllerHost} from 'lit';
import {TabsChangeEvent} from './events.js';
import type {NavigateMessage, Navigation, Size, TabActionMessage, TabsMessage} from './protocol.js';

export interface SessionTabsHost extends ReactiveControllerHost, HTMLElement {
  /** What navigation this viewer is allowed. */
  readonly navigation: Navigation;
  readonly viewport: Size | null;
}

/** The actions on the active tab. Anything else is an address. */
const ACTIONS = ['back', 'forward', 'reload', 'stop'] as const;
const NO_TABS: TabsMessage = {type: 'tabs', tabs: [], back: false, forward: false, loading: false};

/** The session's tabs as the server last reported them, and this viewer's navigation. Fires `tabschange` on its host. */
export class SessionTabs implements ReactiveController {
  readonly #host: SessionTabsHost;
  readonly #send: (message: NavigateMessage | TabActionMessage) => void;
  #strip = NO_TABS;
  #wasNavigation: Navigation = 'none';

  constructor(host: SessionTabsHost, send: (message: NavigateMessage | TabActionMessage) => void) {
    this.#host = host;
    this.#send = send;
    host.addController(this);
  }

  /** The tabs in the order in which they were opened, and the state of the active one. */
  get strip(): TabsMessage {
    return this.#strip;
  }

  hostUpdated(): void {
    // Without a session there are no tabs, and another session has other tabs.
    if (!this.#host.viewport && this.#strip !== NO_TABS) this.receive(NO_TABS);
    if (this.#host.navigation !== this.#wasNavigation) this.receive(this.#strip);
  }

  receive(strip: TabsMessage): void {
    this.#strip = strip;
    this.#wasNavigation = this.#host.navigation;
    this.#host.dispatchEvent(new TabsChangeEvent());
  }

  /** @throws {TypeError} when `to` is neither an action nor an absolute address. */
  navigate(to: string | URL): void {
    const action = ACTIONS.find((name) => name === to);
    this.act(action ? {type: 'navigate', action} : {type: 'navigate', action: 'to', url: new URL(to).href});
  }

  act(message: NavigateMessage | TabActionMessage): void {
    if (this.#host.navigation !== 'none') this.#send(message);
  }
}
