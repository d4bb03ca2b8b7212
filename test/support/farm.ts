import {createServer, type Server} from 'node:http';
import {WebSocket, WebSocketServer} from 'ws';
import {findBrowser} from '../../demo/server/find-browser.js';
import {LocalBrowser} from '../../demo/server/session/browser.js';

/** What a farm does with a connection: `browser` gives it a browser of its own. Otherwise, the function handles the connection. */
type Serve = (client: WebSocket, number: number) => 'browser' | undefined;

/** A browser farm. Each connection gets a browser of its own, unless a test handles the connection. */
export class Farm {
  readonly url: string;
  /** Called with each message of the browsers. */
  onMessage: (data: Buffer) => void = () => {};
  readonly #http: Server;
  readonly #browsers: LocalBrowser[] = [];

  static async start(serve: Serve = () => 'browser'): Promise<Farm> {
    const http = createServer((_, response) => response.end());
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const address = http.address();
    return new Farm(http, `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/?token=farm`, serve);
  }

  private constructor(http: Server, url: string, serve: Serve) {
    this.#http = http;
    this.url = url;
    const sockets = new WebSocketServer({server: http, maxPayload: 512 * 1024 * 1024});
    let count = 0;
    sockets.on('connection', (client) => {
      if (serve(client, ++count) === 'browser') void this.serve(client);
    });
  }

  async stop(): Promise<void> {
    this.#http.closeAllConnections();
    await Promise.all(this.#browsers.map((browser) => browser.close()));
    await new Promise((resolve) => this.#http.close(resolve));
  }

  /** Gives a connection a browser of its own. */
  async serve(client: WebSocket): Promise<void> {
    const waiting: string[] = [];
    let upstream: WebSocket | undefined;
    client.on('message', (data: Buffer) => upstream ? upstream.send(data.toString()) : waiting.push(data.toString()));
    const browser = await LocalBrowser.launch({path: findBrowser() ?? '', screenSize: {width: 1920, height: 1080}, isMobile: false, blockedHosts: []});
    this.#browsers.push(browser);
    client.once('close', () => void browser.close());
    const socket = new WebSocket(browser.url, {perMessageDeflate: false, maxPayload: 512 * 1024 * 1024});
    socket.on('message', (data: Buffer) => {
      this.onMessage(data);
      client.send(data.toString());
    });
    socket.on('close', () => client.close());
    socket.once('open', () => {
      for (const message of waiting) socket.send(message);
      upstream = socket;
    });
  }
}
