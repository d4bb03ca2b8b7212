import {setTimeout as delay} from 'node:timers/promises';
import type {Protocol} from 'devtools-protocol';
import {CdpConnection} from './cdp.js';
import {resolveEndpoint} from './endpoint.js';
import {Relay} from './relay.js';
import type {BrowserEnd, SessionBrowser} from './session-browser.js';
import {Share} from './share.js';

const CLOSE_TIMEOUT_MS = 2_000;

/**
 * The browser contexts of all remote sessions, in the order in which they were created. A browser that has one of them already serves a
 * session. If two sessions are created at the same time, the second one sees the context of the first.
 */
const contextsInUse = new Set<string>();
/** The largest message. An automation reads whole files and pictures over the session's connection. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/**
 * A session's share in a remote browser: one connection, a browser context of its own, those that its automation creates, and
 * everything in them. Neither the session nor its automation can use or change the rest of that browser.
 */
export class RemoteBrowser implements SessionBrowser {
  readonly connection: CdpConnection;
  readonly url: string;
  readonly hasOwnClipboard = false;
  readonly folder = {};
  readonly ended: Promise<BrowserEnd>;
  readonly contextId: string;
  readonly #relay: Relay;
  readonly #share: Share;
  #closing: Promise<void> | undefined;

  /** @throws {Error} when there is no browser, or it serves another session, or has no browser contexts. */
  static async open(cdpUrl: string, signal?: AbortSignal): Promise<RemoteBrowser> {
    const connection = await CdpConnection.open(await resolveEndpoint(cdpUrl, signal), {maxMessageBytes: MAX_MESSAGE_BYTES, ...(signal && {signal})});
    const abort = () => connection.close();
    signal?.addEventListener('abort', abort, {once: true});
    try {
      signal?.throwIfAborted();
      const share = await claimShare(connection);
      void connection.closed.then(() => contextsInUse.delete(share.contextId));
      return new RemoteBrowser(connection, share, await Relay.open(connection, share));
    } catch (error) {
      connection.close();
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  private constructor(connection: CdpConnection, share: Share, relay: Relay) {
    this.connection = connection;
    this.url = relay.url;
    this.contextId = share.contextId;
    this.#relay = relay;
    this.#share = share;
    this.ended = Promise.race([
      relay.closeAsked.then(() => 'browser_closed' as const), connection.closed.then(() => 'crashed' as const),
    ]);
    void relay.closeAsked.then(() => connection.close());
    void connection.closed.then(() => this.close());
  }

  isForeign({browserContextId}: Pick<Protocol.Target.TargetInfo, 'browserContextId'>): boolean {
    return !this.#share.owns(browserContextId);
  }

  /** @throws {Error} when the new page is not in the session's context, because the endpoint does not support browser contexts. */
  async openPage(): Promise<void> {
    const {browser} = this.connection;
    const {targetId} = await browser.send('Target.createTarget', {url: 'about:blank', browserContextId: this.contextId, newWindow: true});
    if (!await this.#share.ownsTarget(targetId)) throw new Error(NO_CONTEXTS);
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

  /** Disposes the session's contexts with everything in them. */
  async #tidy(): Promise<void> {
    const {browser} = this.connection;
    await Promise.allSettled(this.#share.contextIds.map((browserContextId) => browser.send('Target.disposeBrowserContext', {browserContextId})));
  }
}

const NO_CONTEXTS = 'The browser at the CDP endpoint has no browser contexts (Target.createBrowserContext): a session there would not be kept from others.';

async function claimShare(connection: CdpConnection): Promise<Share> {
  const {browser} = connection;
  const {browserContextId: contextId} = await browser.send('Target.createBrowserContext', {disposeOnDetach: true}).catch((cause: unknown) => {
    throw connection.isOpen ? new Error(NO_CONTEXTS, {cause}) : cause;
  });
  contextsInUse.add(contextId);
  try {
    const {browserContextIds} = await browser.send('Target.getBrowserContexts');
    const first = [...contextsInUse].find((id) => browserContextIds.includes(id));
    if (first !== contextId) {
      throw new Error('The browser at the CDP endpoint already serves another session. A shared browser takes one session at a time.');
    }
    return new Share(browser, contextId);
  } catch (error) {
    contextsInUse.delete(contextId);
    throw error;
  }
}
