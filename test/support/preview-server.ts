import {executeServerCommand} from '@web/test-runner-commands';
import {parsePlayerMessage} from '../../src/protocol.js';
import type {HelloMessage, PlayerMessage, PreviewToken, ServerMessage} from '../../src/protocol.js';
import {testThread} from './thread.js';
import type {MintAnswer, Order} from './preview-server-plugin.js';

/** The server's side of a socket that the element has opened. */
export class Connection {
  readonly url: string;
  readonly index: number;
  /** Every message that has arrived, in order. One that the protocol does not know makes the test fail. */
  readonly messages: PlayerMessage[] = [];
  /** The same with the binary messages in between. */
  readonly arrivals: (PlayerMessage | Uint8Array<ArrayBuffer>)[] = [];
  closeCode: number | undefined;
  /** How many floods have ended. */
  floods = 0;
  readonly #order: (order: Order | ArrayBuffer) => void;

  constructor(index: number, url: string, order: (order: Order | ArrayBuffer) => void) {
    this.index = index;
    this.url = url;
    this.#order = order;
  }

  send(message: ServerMessage): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    this.#order({connection: this.index, text});
  }

  /** Sends a binary message. */
  sendFrame(bytes: ArrayBuffer | Uint8Array): void {
    const body = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
    const packet = new Uint8Array(4 + body.length);
    new DataView(packet.buffer).setUint32(0, this.index, true);
    packet.set(body, 4);
    this.#order(packet.buffer);
  }

  hello(fields: Partial<HelloMessage> = {}): void {
    this.send({
      type: 'hello', protocol: 1, session: 'sess_test', input_enabled: true, fps: 60,
      expires_at: new Date(Date.now() + 300_000).toISOString(), viewport: {width: 320, height: 180}, ...fields,
    });
  }

  close(code: number, reason = ''): void {
    this.#order({connection: this.index, close: [code, reason]});
  }

  /** Ends the TCP connection without a closing handshake, so the other end gets 1006. */
  terminate(): void {
    this.#order({connection: this.index, terminate: true});
  }

  /** Sends the last frame `count` more times, at most `window` ahead of the acks. Needs `hello`. */
  flood(count: number, window: number): void {
    this.#order({connection: this.index, flood: {count, window}});
  }

  /** How many of the bytes that were announced last are still missing. */
  get missingBytes(): number {
    let missing = 0;
    for (const arrival of this.arrivals) missing = arrival instanceof Uint8Array ? missing - arrival.length : announcedBytes(arrival) ?? missing;
    return missing;
  }

  /** The formats of each complete paste as text, a picture's bytes as Latin-1. */
  get pastes(): Readonly<Record<string, string>>[] {
    const pastes: Record<string, string>[] = [];
    for (const [index, message] of this.arrivals.entries()) {
      if (message instanceof Uint8Array || message.type !== 'paste') continue;
      const after = this.arrivals.slice(index + 1);
      const end = after.findIndex((other) => !(other instanceof Uint8Array) && announcedBytes(other) !== undefined);
      const pieces = (end < 0 ? after : after.slice(0, end)).filter((piece): piece is Uint8Array<ArrayBuffer> => piece instanceof Uint8Array);
      if (pieces.reduce((sum, {length}) => sum + length, 0) < (announcedBytes(message) ?? 0)) continue;
      const bytes = joined(pieces);
      let start = 0;
      pastes.push(Object.fromEntries(message.items.map(({type, size}) =>
        [type, new TextDecoder(type === 'image/png' ? 'latin1' : 'utf-8').decode(bytes.subarray(start, start += size))])));
    }
    return pastes;
  }

  /** The messages of one type. */
  of<Type extends PlayerMessage['type']>(type: Type): Extract<PlayerMessage, {type: Type}>[] {
    return this.messages.filter((message): message is Extract<PlayerMessage, {type: Type}> => message.type === type);
  }
}

/** How many bytes a message announces. */
function announcedBytes(message: PlayerMessage): number | undefined {
  if (message.type === 'paste') return message.items.reduce((sum, {size}) => sum + size, 0);
  return message.type === 'file' ? message.size - (message.offset ?? 0) : undefined;
}

function joined(pieces: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((sum, {length}) => sum + length, 0));
  let start = 0;
  for (const piece of pieces) {
    bytes.set(piece, start);
    start += piece.length;
  }
  return bytes;
}

/** A token request that waits for its answer. */
export interface Mint {
  answer(answer: MintAnswer): void;
}

/** A preview server on a real socket, controlled by the test. Use one for each test, and `stop` it at the end. */
export class PreviewServer {
  readonly url: string;
  readonly connections: Connection[] = [];
  /** Messages of the element that violate the protocol. */
  readonly #problems: string[] = [];
  /** All token requests. */
  readonly mints: Mint[] = [];
  /** The token endpoint, on the page's own server. */
  readonly endpoint: string;
  /** Called with each message, in the order of arrival on all sockets. */
  onMessage: (connection: Connection, message: PlayerMessage) => void = () => {};
  /** Whether pings are answered. */
  answersPings = false;
  readonly #control: WebSocket;
  readonly #changes = new EventTarget();

  static async start(): Promise<PreviewServer> {
    await testThread();
    const address = await executeServerCommand<string, undefined>('preview-server-address');
    const id = crypto.randomUUID();
    const control = new WebSocket(`${address}/control/${id}`);
    await new Promise((resolve, reject) => {
      control.addEventListener('open', resolve);
      control.addEventListener('error', reject);
    });
    return new PreviewServer(control, `${address}/preview/${id}?token=secret-token`, `/preview-server/mint/${id}`);
  }

  constructor(control: WebSocket, url: string, endpoint: string) {
    this.#control = control;
    this.url = url;
    this.endpoint = endpoint;
    control.addEventListener('message', ({data}) => this.#note(JSON.parse(String(data))));
  }

  /** A token for this server with this lifetime. */
  token(lifeMs: number, name = 'secret-token'): PreviewToken {
    const url = this.url.replace('secret-token', name);
    return {url, expires_at: new Date(Date.now() + lifeMs).toISOString(), input_enabled: true, fps: 60};
  }

  /** Resolves to the nth token request, counted from 0. */
  async mint(index = 0): Promise<Mint> {
    return this.until(() => this.mints[index]);
  }

  /**
   * Stops the server.
   * @throws {Error} when the element has violated the protocol.
   */
  stop(): void {
    this.#control.close();
    if (this.#problems.length > 0) throw new Error(`The element sent what the protocol does not know: ${this.#problems.join('; ')}`);
  }

  /** Resolves to the nth socket of the element, counted from 0. */
  async connection(index = 0): Promise<Connection> {
    return this.until(() => this.connections[index]);
  }

  /** Waits until `probe` returns something other than undefined, null or false. Checks whenever something arrives at the server. */
  async until<Value>(probe: () => Value | undefined | null | false): Promise<Value> {
    for (;;) {
      const value = probe();
      if (value !== undefined && value !== null && value !== false) return value;
      await new Promise((resolve) => this.#changes.addEventListener('change', resolve, {once: true}));
    }
  }

  #order(order: Order | ArrayBuffer): void {
    this.#control.send(order instanceof ArrayBuffer ? order : JSON.stringify(order));
  }

  #note(event: {connection: number; event: string; url?: string; text?: string; isBinary?: boolean; code?: number; mint?: number}): void {
    if (event.event === 'open') {
      this.connections[event.connection] = new Connection(event.connection, event.url ?? '', (order) => this.#order(order));
    }
    const {mint} = event;
    if (mint !== undefined) this.mints[mint] = {answer: (answer) => this.#order({mint, answer})};
    const connection = this.connections[event.connection];
    if (event.event === 'close' && connection) connection.closeCode = event.code;
    if (event.event === 'flooded' && connection) connection.floods++;
    if (event.event === 'message') this.#noteMessage(connection, event.isBinary ?? false, event.text ?? '');
    this.#changes.dispatchEvent(new Event('change'));
  }

  #noteMessage(connection: Connection | undefined, isBinary: boolean, text: string): void {
    if (isBinary) {
      connection?.arrivals.push(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
      if (connection && connection.missingBytes < 0) this.#problems.push('bytes that it had not announced');
      return;
    }
    const parsed = parsePlayerMessage(text);
    if (parsed.kind === 'message') this.#take(connection, parsed.message);
    else this.#problems.push(parsed.kind === 'malformed' ? `${parsed.problem}: ${text}` : `unknown: ${text}`);
  }

  #take(connection: Connection | undefined, message: PlayerMessage): void {
    connection?.messages.push(message);
    connection?.arrivals.push(message);
    if (connection) this.onMessage(connection, message);
    if (message.type === 'ping' && this.answersPings) connection?.send({type: 'pong', t: message.t});
  }
}
