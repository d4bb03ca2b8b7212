import {type IncomingMessage, type RequestOptions, request as httpRequest} from 'node:http';
import {request as httpsRequest} from 'node:https';
import type {Duplex} from 'node:stream';
import {CdpPings} from './cdp-pings.js';
import {writeError} from './errors.js';
import {isSameSecret} from './keys.js';
import {CdpDoor} from './cdp-door.js';
import {type AutomationListener, tapCdp} from './cdp-tap.js';
import type {SessionFolder} from './session/session-browser.js';
import type {Registry} from './registry.js';
import type {SessionEntry} from './session-entry.js';

/** Automation connects as soon as it has the address, so it may wait this long for a browser that is still starting. */
const START_TIMEOUT_MS = 30_000;

const CONNECT_TIMEOUT_MS = 10_000;

/** 16 bytes in base64 (RFC 6455, section 4.1). */
const HANDSHAKE_KEY = /^[\w+/]{22}==$/;

/** The address of a session's `cdp_url`. */
export function cdpPath({id, cdpSecret}: SessionEntry): string {
  return `/sessions/${id}/cdp/${cdpSecret}`;
}

/**
 * Forwards CDP from `/sessions/{id}/cdp/{secret}` to the session's browser, through the door. After the handshake, only bytes are
 * forwarded: messages of any size, and a slow reader slows the writer down.
 */
export class CdpUrl {
  readonly #registry: Registry;
  readonly #streams = new Set<Duplex>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Handles an upgrade request. */
  async upgrade(request: IncomingMessage, stream: Duplex, head: Buffer, sessionId: string, secret: string): Promise<void> {
    const entry = this.#registry.find(sessionId);
    // The same answer for all, so that it does not reveal whether the session exists.
    if (!entry || !isSameSecret(secret, entry.cdpSecret)) {
      writeError(stream, 404, 'session_not_found', 'There is no such session.');
      return;
    }
    if (!isHandshake(request)) {
      writeError(stream, 400, 'invalid_request', 'The request is no WebSocket handshake.');
      return;
    }
    this.#streams.add(stream);
    stream.once('close', () => this.#streams.delete(stream));
    const browser = await startOf(entry);
    if (stream.destroyed) return;
    if (!browser || !entry.isOpen) {
      writeError(stream, 409, entry.isOpen ? 'session_not_ready' : 'session_not_open', 'The session has no running browser.');
      return;
    }
    void entry.ending.then(() => stream.destroy());
    connect(new URL(browser.browserUrl), request, stream, head, browser.folder, {
      onPasswords: () => stream.once('close', browser.leavePasswords()),
      onChoosers: (targetId) => browser.leaveChoosers(targetId),
      onDownloads: (browserContextId) => browser.downloads.leaveTo(browserContextId),
      onFront: (targetId) => browser.bringToFront(targetId),
      onDetached: () => browser.noteDetached(),
      onGone: () => browser.downloads.claim(),
    });
  }

  close(): void {
    for (const stream of this.#streams) stream.destroy();
  }
}

/** Whether the request is a valid handshake. The browser gets the client's key and version, and would answer errors in its own format. */
function isHandshake({method, headers}: IncomingMessage): boolean {
  return method === 'GET' && headers['sec-websocket-version'] === '13' && HANDSHAKE_KEY.test(headers['sec-websocket-key'] ?? '');
}

async function startOf(entry: SessionEntry): Promise<SessionEntry['browser']> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => timer = setTimeout(() => resolve(undefined), START_TIMEOUT_MS));
  const browser = await Promise.race([entry.started, late]);
  clearTimeout(timer);
  return browser;
}

/** Forwards the client's own handshake, and connects the two streams. */
function connect(url: URL, {headers}: IncomingMessage, client: Duplex, head: Buffer, folder: SessionFolder, listener: AutomationListener): void {
  const options: RequestOptions = {
    // No `Origin`, which Chromium refuses. No extensions, so that none is agreed on.
    headers: {
      connection: 'Upgrade', upgrade: 'websocket',
      'sec-websocket-version': headers['sec-websocket-version'], 'sec-websocket-key': headers['sec-websocket-key'],
    },
  };
  const upstream = url.protocol === 'wss:' ? httpsRequest(url.href.replace(/^ws/, 'http'), options) : httpRequest(url.href.replace(/^ws/, 'http'), options);
  const fail = () => writeError(client, 502, 'browser_unreachable', 'The session\'s browser does not answer.');
  upstream.setTimeout(CONNECT_TIMEOUT_MS, () => upstream.destroy(new Error('The browser does not answer.')));
  upstream.once('error', fail);
  upstream.once('response', (response) => {
    response.destroy();
    fail();
  });
  upstream.once('upgrade', (response, browser, browserHead) => {
    browser.setTimeout(0);
    client.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${response.headers['sec-websocket-accept'] ?? ''}\r\n\r\n`);
    if (browserHead.length > 0) browser.unshift(browserHead);
    client.off('close', giveUp);
    link(client, browser);
    const replies = new CdpPings(client);
    replies.pipe(client);
    CdpDoor.join({client, replies, browser, folder, onCommand: tapCdp(browser, listener)}, head);
    // The browser forgets what the automation has set only when it has seen the end.
    browser.once('close', listener.onDetached);
    browser.once('close', listener.onGone);
  });
  const giveUp = () => upstream.destroy();
  client.once('close', giveUp);
  upstream.end();
}

/** Ends each stream when the other one ends. */
function link(client: Duplex, browser: Duplex): void {
  client.on('error', () => client.destroy());
  browser.on('error', () => browser.destroy());
  browser.on('close', () => client.destroy());
  // The browser closes its end when it has seen the close. Commands of the server that are sent afterwards come after that.
  client.on('close', () => {
    browser.end();
    browser.resume();
  });
}
