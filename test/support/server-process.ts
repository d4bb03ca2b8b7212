import {type ChildProcess, spawn} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {type PlayerMessage, type PreviewToken, parsePreviewToken, parseServerMessage, type ServerMessage} from 'chaser-live-view/protocol';
import {type ClientOptions, WebSocket} from 'ws';
import {News} from './news.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The running servers. A test that fails does not stop its server. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill();
});

/** The API keys of a test's server and their workspaces, by default. */
export const KEY = 'test-key';
export const OTHER_KEY = 'other-key';
const KEYS = `${KEY}:mine,${OTHER_KEY}:theirs`;

/** A JSON object. */
export type Json = Record<string, unknown>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body. Empty if there is none, or if it is not JSON. */
  readonly body: Json;
  readonly bytes: Buffer;
}

export interface NewSession {
  readonly profile?: 'desktop' | 'mobile';
  readonly control?: 'shared' | 'exclusive';
  readonly ttl_seconds?: number;
  readonly user_agent?: string;
  readonly key?: string;
}

export interface Session {
  readonly id: string;
  readonly cdpUrl: string;
}

/** How a process ended. */
export interface Exit {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The real server in a process of its own. `stop` it at the end. */
export class ServerProcess {
  /** The server's address, without a slash at the end. */
  readonly url: string;
  readonly process: ChildProcess;
  readonly exited: Promise<Exit>;
  readonly #output: readonly string[];

  /** Starts the built server at a free port. @throws {Error} with its output, when it exits before it listens. */
  static async start(environment: NodeJS.ProcessEnv = {}, options?: SpawnOptions): Promise<ServerProcess> {
    const {child, output, exited} = spawnServer({CHASER_KEYS: KEYS, ...environment}, options);
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout?.on('data', () => {
        const address = /^(?:Demo|Server): (http:\S+)\/$/m.exec(output.join(''))?.[1];
        if (address !== undefined) resolve(address);
      });
      void exited.then(({status}) => reject(new Error(`The server ended with status ${status}: ${output.join('')}`)));
    });
    return new ServerProcess(child, url, output, exited);
  }

  private constructor(child: ChildProcess, url: string, output: readonly string[], exited: Promise<Exit>) {
    this.process = child;
    this.url = url;
    this.#output = output;
    this.exited = exited;
  }

  /** The server's output so far, standard output and standard error. */
  get output(): string {
    return this.#output.join('');
  }

  /** Stops the server like Ctrl+C. */
  async stop(): Promise<Exit> {
    this.process.kill('SIGTERM');
    return this.exited;
  }

  /** Sends an HTTP request. A body that is not a string is sent as JSON, and `key` as the bearer token. */
  async call(method: string, path: string, {key = KEY, body, headers = {}}: {key?: string; body?: unknown; headers?: Record<string, string>} = {}): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {...(key !== '' && {authorization: `Bearer ${key}`}), ...(body !== undefined && {'content-type': 'application/json'}), ...headers},
      ...(body !== undefined && {body: typeof body === 'string' ? body : JSON.stringify(body)}),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return {status: response.status, headers: response.headers, body: jsonOf(bytes), bytes};
  }

  /** Creates a session, and waits until it is ready. */
  async session(options: NewSession = {}): Promise<Session> {
    const created = await this.create(options);
    await this.untilStatus(created.id, 'ready', options.key);
    return created;
  }

  /** Creates a session. Its browser is still starting. */
  async create({key = KEY, ...options}: NewSession = {}): Promise<Session> {
    const {status, body} = await this.call('POST', '/v1/sessions', {key, body: {profile: 'desktop', ...options}});
    if (status !== 201) throw new Error(`No session: ${status} ${JSON.stringify(body)}`);
    return {id: String(body['id']), cdpUrl: String(body['cdp_url'])};
  }

  /** Waits until the session has this status. Returns the API's session object. */
  async untilStatus(id: string, status: string, key = KEY): Promise<Json> {
    for (;;) {
      const {body} = await this.call('GET', `/v1/sessions/${id}`, {key});
      if (body['status'] === status) return body;
      if (body['status'] === 'error' || body['status'] === 'closed') throw new Error(`The session is ${JSON.stringify(body)}\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async mint(id: string, {input = true, key = KEY} = {}): Promise<PreviewToken> {
    const {status, body} = await this.call('POST', `/v1/sessions/${id}/preview-token`, {key, body: {input_enabled: input}});
    if (status !== 200) throw new Error(`No token: ${status} ${JSON.stringify(body)}`);
    return parsePreviewToken(body);
  }

  async delete(id: string): Promise<Answer> {
    return this.call('DELETE', `/v1/sessions/${id}`);
  }
}

export interface SpawnOptions {
  /** Shell commands that run before the server, in the process that becomes the server. */
  readonly shell?: string;
  /** The program and its arguments instead of this Node and the built demo. */
  readonly command?: readonly string[];
  /** The working folder. By default the project's. */
  readonly cwd?: string;
}

/** Starts the server without waiting for anything, for a server that exits by itself. */
export function spawnServer(
  environment: NodeJS.ProcessEnv, {shell = '', command = [process.execPath, 'demo/dist/start.js'], cwd = root}: SpawnOptions = {},
): {child: ChildProcess; output: readonly string[]; exited: Promise<Exit>} {
  const child = spawn('/bin/sh', ['-c', `${shell}\nexec "$0" "$@"`, ...command], {
    cwd, stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, PORT: '0', ...environment},
  });
  running.add(child);
  child.once('close', () => running.delete(child));
  const output: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const exited = new Promise<Exit>((resolve) => child.once('close', (status, signal) => resolve({status, signal})));
  return {child, output, exited};
}

function jsonOf(bytes: Buffer): Json {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return isJson(value) ? value : {};
  } catch {
    return {};
  }
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

/** A member that is an object. */
export function part(json: Json, name: string): Json {
  const value = json[name];
  if (!isJson(value)) throw new TypeError(`'${name}' is no object in ${JSON.stringify(json)}.`);
  return value;
}

export interface ReceivedFrame {
  readonly jpeg: Buffer;
  readonly atMs: number;
}

/** A player that does nothing by itself: a raw preview socket. */
export class PreviewClient {
  readonly socket: WebSocket;
  readonly messages: ServerMessage[] = [];
  readonly frames: ReceivedFrame[] = [];
  /** Text that the protocol does not know. */
  readonly problems: string[] = [];
  /** The kind of each message, in the order of arrival. */
  readonly order: string[] = [];
  closed: {readonly code: number; readonly reason: string} | undefined;
  readonly #news = new News(() => JSON.stringify({order: this.order.slice(-50), messages: this.messages.slice(-10), closed: this.closed}));

  constructor(url: string, options: ClientOptions = {}) {
    this.socket = new WebSocket(url, {perMessageDeflate: false, ...options});
    this.socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.frames.push({jpeg: data, atMs: performance.now()});
      else this.#note(data.toString());
      this.order.push(isBinary ? 'frame' : this.messages.at(-1)?.type ?? '');
      this.#news.tell();
    });
    this.socket.on('close', (code, reason) => {
      this.closed = {code, reason: reason.toString()};
      this.#news.tell();
    });
    this.socket.on('open', () => this.#news.tell());
    this.socket.on('error', () => this.#news.tell());
  }

  /** Acks every frame on arrival, like a player that keeps up. */
  ackAll(): this {
    this.socket.on('message', (_data, isBinary) => {
      if (isBinary) this.send({type: 'ack', frames: this.frames.length});
    });
    return this;
  }

  send(message: PlayerMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The messages of one type. */
  of<Type extends ServerMessage['type']>(type: Type): Extract<ServerMessage, {type: Type}>[] {
    return this.messages.filter((message): message is Extract<ServerMessage, {type: Type}> => message.type === type);
  }

  /** Waits until `probe` returns something other than undefined, null or false. Checks at each message. */
  async until<Value>(probe: () => Value | undefined | null | false): Promise<Value> {
    return this.#news.until(probe);
  }

  async untilClosed(): Promise<{readonly code: number; readonly reason: string}> {
    return this.until(() => this.closed);
  }

  /** Waits until the server has read everything that was sent before. */
  async untilHeard(): Promise<void> {
    const t = Math.random();
    this.send({type: 'ping', t});
    await this.until(() => this.of('pong').some((pong) => pong.t === t));
  }

  close(): void {
    this.socket.terminate();
  }

  #note(text: string): void {
    const parsed = parseServerMessage(text);
    if (parsed.kind === 'message') this.messages.push(parsed.message);
    else this.problems.push(text);
  }
}
