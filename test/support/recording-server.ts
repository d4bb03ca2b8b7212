import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {WebSocketServer} from 'ws';
import {News} from './news.js';
import {type Recorded, recorderScript} from './recorder.js';

/** Host names of this machine. For a browser, they are different sites, so a frame of another one has its own process. */
export const SITES = {top: '127.0.0.1', frame: 'localhost', inner: '127.0.0.2'} as const;

/** Serves pages that report their events, and records the reports. */
export class RecordingServer {
  /** The events since the last `clear`, in each frame's order. */
  readonly events: Recorded[] = [];
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #pages = new Map<string, string>();
  readonly #news = new News(() => JSON.stringify(this.events.map(({frame, type, target}) => `${frame}: ${type} ${target}`)));

  static async start(): Promise<RecordingServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    return new RecordingServer(server);
  }

  constructor(server: Server) {
    this.#server = server;
    this.#sockets = new WebSocketServer({server});
    server.on('request', (request, response) => {
      const page = this.#pages.get(request.url ?? '');
      response.writeHead(page === undefined ? 404 : 200, {'content-type': 'text/html; charset=utf-8'});
      response.end(page);
    });
    this.#sockets.on('connection', (socket) => socket.on('message', (data: Buffer) => {
      const event: Recorded = JSON.parse(data.toString());
      this.events.push(event);
      this.#news.tell();
    }));
  }

  /** Serves a page under a name, which its events contain. Returns its address at a site. */
  page(name: string, body: string, site: keyof typeof SITES = 'top', head = ''): string {
    return this.plainPage(name, `${head}<script>${recorderScript(name)}</script><body>${body}</body>`, site);
  }

  /** Serves a page that reports nothing. */
  plainPage(name: string, html: string, site: keyof typeof SITES = 'top'): string {
    this.#pages.set(`/${name}`, `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title>${html}</html>`);
    const {port} = this.#server.address() as AddressInfo;
    return `http://${SITES[site]}:${port}/${name}`;
  }

  clear(): void {
    this.events.length = 0;
  }

  /** The events of some types, of one frame or of all. */
  of(types: string, frame?: string): readonly Recorded[] {
    const wanted = new Set(types.split(' '));
    return this.events.filter((event) => wanted.has(event.type) && (frame === undefined || event.frame === frame));
  }

  /** Waits until something is true of the recording. */
  async until(isTrue: () => boolean, what?: string): Promise<void> {
    await this.#news.until(isTrue, what);
  }

  /** Waits for an event of a type. */
  async next(type: string, frame?: string): Promise<Recorded> {
    return this.#news.until(() => this.of(type, frame)[0], `${type} ${frame ?? ''}`);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
