import type {TestRunnerPlugin} from '@web/test-runner-core';
import {WebSocket, WebSocketServer} from 'ws';

/** A test's answer to a token request. */
export interface MintAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A command of a test page to its preview server. */
export type Order =
  | {readonly connection: number; readonly text: string}
  | {readonly connection: number; readonly close: readonly [code: number, reason: string]}
  | {readonly connection: number; readonly terminate: true}
  /** Sends the last binary message again and again, at most `window` ahead of the acks. The page does not get these acks. */
  | {readonly connection: number; readonly flood: {readonly count: number; readonly window: number}}
  | {readonly mint: number; readonly answer: MintAnswer};

/**
 * A preview server that a test page controls over `/control/ID`. It performs the page's commands on the sockets at `/preview/ID`, and
 * reports to the page everything that arrives there, and each token request to `/preview-server/mint/ID` on the page's own server.
 * `preview-server.ts` is the page's side.
 *
 * Page to server: text with an `Order`, or binary with the connection's number in four bytes and then a binary message.
 * Server to page, bytes as base64: `{connection, event: 'open' | 'message' | 'close' | 'flooded', ...}`, `{event: 'mint', mint}`.
 */
export function previewServerPlugin(): TestRunnerPlugin {
  const server = new WebSocketServer({port: 0, host: '127.0.0.1', perMessageDeflate: false});
  const rooms = new Map<string, Room>();
  server.on('connection', (socket, request) => {
    const [, kind, id = ''] = new URL(request.url ?? '/', 'ws://localhost').pathname.split('/');
    const room = rooms.get(id) ?? new Room();
    rooms.set(id, room);
    if (kind === 'control') room.control(socket, () => rooms.delete(id));
    else room.preview(socket, request.url ?? '');
  });
  return {
    name: 'preview-server',
    executeCommand({command}) {
      if (command !== 'preview-server-address') return undefined;
      const address = server.address();
      if (typeof address !== 'object' || address === null) throw new Error('The preview server is not listening.');
      return `ws://127.0.0.1:${address.port}`;
    },
    async serve(context) {
      const [, folder, kind, id = ''] = context.path.split('/');
      if (folder !== 'preview-server' || kind !== 'mint') return undefined;
      const {status, body, headers = {}} = (await rooms.get(id)?.mint()) ?? {status: 503, body: null};
      // What a plugin returns would be served with status 200.
      context.respond = false;
      context.res.writeHead(status, {'content-type': 'application/json', ...headers}).end(JSON.stringify(body));
      return {body: ' '};
    },
    serverStop() {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}

class Room {
  #control: WebSocket | undefined;
  readonly #connections: PreviewSocket[] = [];
  readonly #mints: ((answer: MintAnswer) => void)[] = [];

  control(socket: WebSocket, done: () => void): void {
    this.#control = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#connections[data.readUInt32LE(0)]?.sendFrame(data.subarray(4));
      else this.#obey(JSON.parse(data.toString()));
    });
    socket.on('close', () => {
      for (const {socket: connection} of this.#connections) connection.terminate();
      for (const answer of this.#mints) answer({status: 503, body: null});
      done();
    });
  }

  preview(socket: WebSocket, url: string): void {
    const connection = this.#connections.length;
    const tell = (event: object) => this.#tell({connection, ...event});
    this.#connections.push(new PreviewSocket(socket, tell));
    tell({event: 'open', url});
  }

  mint(): Promise<MintAnswer> {
    return new Promise((resolve) => this.#tell({event: 'mint', mint: this.#mints.push(resolve) - 1}));
  }

  #tell(event: object): void {
    this.#control?.send(JSON.stringify(event));
  }

  #obey(order: Order): void {
    if ('mint' in order) {
      this.#mints[order.mint]?.(order.answer);
      return;
    }
    const connection = this.#connections[order.connection];
    if ('text' in order) connection?.socket.send(order.text);
    else if ('close' in order) connection?.socket.close(...order.close);
    else if ('terminate' in order) connection?.socket.terminate();
    else connection?.flood(order.flood.count, order.flood.window);
  }
}

class PreviewSocket {
  readonly socket: WebSocket;
  readonly #tell: (event: object) => void;
  #frame: Buffer = Buffer.alloc(0);
  #sent = 0;
  #flood: {until: number; window: number} | undefined;

  constructor(socket: WebSocket, tell: (event: object) => void) {
    this.socket = socket;
    this.#tell = tell;
    socket.on('message', (data: Buffer, isBinary) => {
      if (this.#flood) this.#pace(JSON.parse(data.toString()));
      else tell({event: 'message', isBinary, text: data.toString(isBinary ? 'base64' : 'utf8')});
    });
    socket.on('close', (code) => tell({event: 'close', code}));
    socket.on('error', () => {});
  }

  sendFrame(frame: Buffer): void {
    this.#frame = frame;
    this.#sent++;
    this.socket.send(frame);
  }

  flood(count: number, window: number): void {
    this.#flood = {until: this.#sent + count, window};
    this.#pace({type: 'ack', frames: this.#sent});
  }

  #pace(message: {type: string; frames?: number}): void {
    if (!this.#flood || message.type !== 'ack' || message.frames === undefined) return;
    const {until, window} = this.#flood;
    while (this.#sent < until && this.#sent - message.frames < window) this.sendFrame(this.#frame);
    if (message.frames < until) return;
    this.#flood = undefined;
    this.#tell({event: 'flooded'});
  }
}
