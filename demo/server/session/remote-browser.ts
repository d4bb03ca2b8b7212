import {setTimeout as delay} from 'node:timers/promises';
import type {Protocol} from 'devtools-protocol';
import {CdpConnection} from './cdp.js';
import {resolveEndpoint} from './endpoint.js';
import {Relay} from './relay.js';
import type {BrowserEnd, SessionBrowser} from './session-browser.js';

const CLOSE_TIMEOUT_MS = 2_000;

/**
 * The contexts of the remote sessions that there are, in the order of their making: a browser that has one of them serves
 * a session already. Of two that are made at once, the second sees the first's.
 */
const contextsInUse = new Set<string>();
/** An automation of a farm's reads whole files and pictures over the session's own connection. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/**
 * A session's share in a browser elsewhere: one connection, a browser context of its own, and everything that is opened
 * from then on. What was open before is out of its reach, and its automation's, and stays open after it.
 */
export class RemoteBrowser implements SessionBrowser {
  readonly connection: CdpConnection;
  readonly url: string;
  readonly hasOwnClipboard = false;
  readonly ended: Promise<BrowserEnd>;
  readonly #relay: Relay;
  readonly contextId: string;
  readonly #foreignContexts: ReadonlySet<string>;
  readonly #foreignTargets: ReadonlySet<string>;
  #closing: Promise<void> | undefined;

  /** @throws {Error} when there is no browser, or it serves another session. */
  static async open(cdpUrl: string, signal?: AbortSignal): Promise<RemoteBrowser> {
    const connection = await CdpConnection.open(await resolveEndpoint(cdpUrl, signal), {maxMessageBytes: MAX_MESSAGE_BYTES, ...(signal && {signal})});
    const abort = () => connection.close();
    signal?.addEventListener('abort', abort, {once: true});
    try {
      signal?.throwIfAborted();
      return new RemoteBrowser(await share(connection));
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  private constructor({connection, contextId, contexts, targets, relay}: Share) {
    this.connection = connection;
    this.url = relay.url;
    this.#relay = relay;
    this.contextId = contextId;
    this.#foreignContexts = contexts;
    this.#foreignTargets = targets;
    this.ended = Promise.race([
      relay.closeAsked.then(() => 'browser_closed' as const), connection.closed.then(() => 'crashed' as const),
    ]);
    void relay.closeAsked.then(() => connection.close());
    void connection.closed.then(() => this.close());
  }

  isForeign({targetId}: Pick<Protocol.Target.TargetInfo, 'targetId'>): boolean {
    return this.#foreignTargets.has(targetId);
  }

  async openPage(): Promise<void> {
    await this.connection.browser.send('Target.createTarget', {url: 'about:blank', browserContextId: this.contextId, newWindow: true});
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    contextsInUse.delete(this.contextId);
    await Promise.race([this.#tidy(), delay(CLOSE_TIMEOUT_MS, undefined, {ref: false})]);
    this.connection.close();
    await this.#relay.close();
  }

  /** Closes what was opened since the session began, its automation's contexts too. */
  async #tidy(): Promise<void> {
    const {browser} = this.connection;
    try {
      const [{browserContextIds}, {targetInfos}] = await Promise.all([browser.send('Target.getBrowserContexts'), browser.send('Target.getTargets')]);
      const isOwn = ({targetId, type}: Protocol.Target.TargetInfo) => type === 'page' && !this.#foreignTargets.has(targetId);
      await Promise.allSettled([
        ...targetInfos.filter(isOwn).map(({targetId}) => browser.send('Target.closeTarget', {targetId})),
        ...browserContextIds.filter((id) => !this.#foreignContexts.has(id))
          .map((browserContextId) => browser.send('Target.disposeBrowserContext', {browserContextId})),
      ]);
    } catch {
      // The browser is gone, and everything with it.
    }
  }
}

interface Share {
  readonly connection: CdpConnection;
  readonly contextId: string;
  readonly contexts: ReadonlySet<string>;
  readonly targets: ReadonlySet<string>;
  readonly relay: Relay;
}

async function share(connection: CdpConnection): Promise<Share> {
  let contextId: string | undefined;
  try {
    const {browser} = connection;
    ({browserContextId: contextId} = await browser.send('Target.createBrowserContext', {disposeOnDetach: true}));
    contextsInUse.add(contextId);
    const [{browserContextIds}, {targetInfos}] = await Promise.all([browser.send('Target.getBrowserContexts'), browser.send('Target.getTargets', {filter: [{}]})]);
    const first = [...contextsInUse].find((id) => browserContextIds.includes(id));
    if (first !== contextId) {
      throw new Error('The browser at the CDP endpoint already serves another session. A shared browser takes one session at a time.');
    }
    // With the tabs around the pages, which some automations attach to.
    const targets = new Set(targetInfos.map(({targetId}) => targetId));
    const relay = await Relay.open(connection, targets);
    return {connection, contextId, contexts: new Set(browserContextIds.filter((id) => id !== contextId)), targets, relay};
  } catch (error) {
    if (contextId !== undefined) contextsInUse.delete(contextId);
    connection.close();
    throw error;
  }
}
