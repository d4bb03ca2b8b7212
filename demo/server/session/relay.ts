import {randomBytes} from 'node:crypto';
import {WebSocket, WebSocketServer} from 'ws';
import type {CdpConnection} from './cdp.js';

/** A command as a client sends it. */
interface Command {
  readonly id: number;
  readonly method: string;
  readonly params: Record<string, unknown> | undefined;
  readonly sessionId: string | undefined;
}

/** The same limit as between an automation and a browser of the server's own. */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/**
 * A DevTools endpoint on loopback whose clients share one connection to a browser. A browser farm gives each
 * connection a browser of its own, so a second connection would reach another browser. Clients cannot reach what was open in the
 * browser before.
 */
export class Relay {
  readonly url: string;
  /** Resolves when a client has asked the browser to close. The browser stays, because others may use it. */
  readonly closeAsked: Promise<void>;
  readonly #server: WebSocketServer;

  static async open(connection: CdpConnection, foreignTargets: ReadonlySet<string>): Promise<Relay> {
    const path = `/${randomBytes(24).toString('base64url')}`;
    // Pages are refused: only a browser sends an `Origin`.
    const server = new WebSocketServer({
      host: '127.0.0.1', port: 0, path, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false, verifyClient: ({origin}: {origin?: string}) => !origin,
    });
    await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The relay has no port.');
    return new Relay(connection, foreignTargets, server, `ws://127.0.0.1:${address.port}${path}`);
  }

  private constructor(connection: CdpConnection, foreignTargets: ReadonlySet<string>, server: WebSocketServer, url: string) {
    this.url = url;
    this.#server = server;
    this.closeAsked = new Promise((resolve) => server.on('connection', (socket) => {
      RelayClient.serve(connection, foreignTargets, socket, resolve);
    }));
  }

  async close(): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** One client: a browser session of its own on the shared connection, and everything attached below it. */
class RelayClient {
  readonly #connection: CdpConnection;
  readonly #foreignTargets: ReadonlySet<string>;
  readonly #socket: WebSocket;
  readonly #onClose: () => void;
  readonly #sessions = new Set<string>();
  readonly #root: Promise<string>;

  /** Serves a client until it disconnects. */
  static serve(connection: CdpConnection, foreignTargets: ReadonlySet<string>, socket: WebSocket, onClose: () => void): void {
    const client = new RelayClient(connection, foreignTargets, socket, onClose);
    socket.on('message', (data: Buffer) => void client.#command(data.toString()).catch(() => socket.terminate()));
    socket.once('close', () => void client.#leave());
  }

  private constructor(connection: CdpConnection, foreignTargets: ReadonlySet<string>, socket: WebSocket, onClose: () => void) {
    this.#connection = connection;
    this.#foreignTargets = foreignTargets;
    this.#socket = socket;
    this.#onClose = onClose;
    this.#root = connection.browser.send('Target.attachToBrowserTarget').then(({sessionId}) => {
      this.#follow(sessionId, '');
      return sessionId;
    });
    this.#root.catch(() => socket.terminate());
    socket.on('error', () => socket.terminate());
  }

  async #leave(): Promise<void> {
    const sessionId = await this.#root.catch(() => undefined);
    if (sessionId !== undefined) this.#connection.browser.post('Target.detachFromTarget', {sessionId});
  }

  async #command(text: string): Promise<void> {
    const command = readCommand(text);
    if (!command) return;
    const root = await this.#root;
    const {id, method, params, sessionId} = command;
    const answer = (reply: object) => this.#send({id, ...reply, ...(sessionId !== undefined && {sessionId})});
    if (sessionId !== undefined && !this.#sessions.has(sessionId)) answer({error: {code: -32001, message: 'Session with given id not found.'}});
    else if (method === 'Browser.close') {
      answer({result: {}});
      this.#onClose();
    } else if (this.#isForeign(params)) answer({error: {code: -32602, message: 'No target with given id found'}});
    else this.#connection.request(sessionId ?? root, method, params, (reply) => answer(this.#own(reply)));
  }

  /** Forwards the events of a session, which the client knows as `name`, and of those attached below it. */
  #follow(sessionId: string, name: string): void {
    this.#sessions.add(sessionId);
    const session = this.#connection.session(sessionId);
    session.onAny((method, params) => {
      const fields = fieldsOf(params);
      if (this.#isForeign(fields['targetInfo']) || this.#isForeign(params)) {
        // An automation that attaches to everything must not get targets that are not its own.
        if (method === 'Target.attachedToTarget') session.post('Target.detachFromTarget', {sessionId: String(fields['sessionId'])});
        return;
      }
      if (method === 'Target.attachedToTarget') this.#follow(String(fields['sessionId']), String(fields['sessionId']));
      this.#send({method, params, ...(name && {sessionId: name})});
      if (method === 'Target.detachedFromTarget') this.#sessions.delete(String(fields['sessionId']));
    });
  }

  #isForeign(value: unknown): boolean {
    const id = fieldsOf(value)['targetId'];
    return typeof id === 'string' && this.#foreignTargets.has(id);
  }

  #own(reply: object): object {
    const result = fieldsOf(fieldsOf(reply)['result']);
    const infos = result['targetInfos'];
    return Array.isArray(infos) ? {result: {...result, targetInfos: infos.filter((info) => !this.#isForeign(info))}} : reply;
  }

  #send(message: object): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

function readCommand(text: string): Command | undefined {
  const {id, method, params, sessionId} = fieldsOf(JSON.parse(text));
  if (typeof id !== 'number' || typeof method !== 'string') return undefined;
  return {id, method, params: params === undefined ? undefined : fieldsOf(params), sessionId: typeof sessionId === 'string' ? sessionId : undefined};
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(Object(value)));
}
