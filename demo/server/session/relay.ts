import {randomBytes} from 'node:crypto';
import {WebSocketServer} from 'ws';
import type {CdpConnection} from './cdp.js';
import {RelayClient} from './relay-client.js';
import type {Share} from './share.js';

/** The same limit as between an automation and a browser of the server's own. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/**
 * A DevTools endpoint on loopback whose clients share one connection to a browser. A browser farm gives each
 * connection a browser of its own, so a second connection would reach another browser. Clients reach as much of the browser as
 * the session itself.
 */
export class Relay {
  readonly url: string;
  /** Resolves when a client has asked the browser to close. The browser stays, because others may use it. */
  readonly closeAsked: Promise<void>;
  readonly #server: WebSocketServer;

  static async open(connection: CdpConnection, share: Share): Promise<Relay> {
    const path = `/${randomBytes(24).toString('base64url')}`;
    // Pages are refused: only a browser sends an `Origin`.
    const server = new WebSocketServer({
      host: '127.0.0.1', port: 0, path, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false, verifyClient: ({origin}: {origin?: string}) => !origin,
    });
    await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The relay has no port.');
    return new Relay(connection, share, server, `ws://127.0.0.1:${address.port}${path}`);
  }

  private constructor(connection: CdpConnection, share: Share, server: WebSocketServer, url: string) {
    this.url = url;
    this.#server = server;
    this.closeAsked = new Promise((resolve) => server.on('connection', (socket) => {
      RelayClient.serve(connection, share, socket, resolve);
    }));
  }

  async close(): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
