import {randomBytes} from 'node:crypto';
import type {Duplex} from 'node:stream';
import {type WebSocket, WebSocketServer} from 'ws';
import type {CdpConnection} from './cdp.js';
import {RelayClient} from './relay-client.js';
import type {Share} from './share.js';

/**
 * The most bytes of incomplete messages, of all clients together. A message is kept until it is complete, because only then can it be
 * checked and forwarded. Playwright's limit for files in a message is 50 MiB, which are 67 MiB in base64.
 */
const MAX_UNFINISHED_BYTES = 96 * 1024 * 1024;
/** How long a client has to read the close frame with the reason. */
const LINGER_MS = 2_000;
const MESSAGE_TOO_BIG = 1009;

/**
 * A DevTools endpoint on loopback whose clients share one connection to a browser. A browser farm gives each
 * connection a browser of its own, so a second connection would reach another browser. Clients can use the same part of the browser
 * as the session itself.
 */
export class Relay {
  readonly url: string;
  /** Resolves when a client has asked the browser to close. The browser stays, because others may use it. */
  readonly closeAsked: Promise<void>;
  readonly #server: WebSocketServer;
  #unfinishedBytes = 0;

  static async open(connection: CdpConnection, share: Share): Promise<Relay> {
    const path = `/${randomBytes(24).toString('base64url')}`;
    // Only a page sends an `Origin`, and pages are refused.
    const server = new WebSocketServer({
      host: '127.0.0.1', port: 0, path, maxPayload: MAX_UNFINISHED_BYTES, perMessageDeflate: false, verifyClient: ({origin}: {origin?: string}) => !origin,
    });
    await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The relay has no port.');
    return new Relay(connection, share, server, `ws://127.0.0.1:${address.port}${path}`);
  }

  private constructor(connection: CdpConnection, share: Share, server: WebSocketServer, url: string) {
    this.url = url;
    this.#server = server;
    this.closeAsked = new Promise((resolve) => server.on('connection', (socket, {socket: stream}) => {
      this.#count(socket, stream);
      RelayClient.serve(connection, share, socket, resolve);
    }));
  }

  /** Closes a client's connection if its bytes make the incomplete messages of all clients too large. */
  #count(socket: WebSocket, stream: Duplex): void {
    let bytes = 0;
    const reset = () => {
      this.#unfinishedBytes -= bytes;
      bytes = 0;
    };
    // Runs before the socket's own listener, because these bytes may complete a message there.
    stream.prependListener('data', ({length}: Buffer) => {
      bytes += length;
      this.#unfinishedBytes += length;
      if (this.#unfinishedBytes <= MAX_UNFINISHED_BYTES) return;
      reset();
      socket.close(MESSAGE_TOO_BIG, 'Too much of unfinished messages.');
      socket.pause();
      setTimeout(() => socket.terminate(), LINGER_MS).unref();
    });
    socket.on('message', reset);
    socket.once('close', reset);
  }

  async close(): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
