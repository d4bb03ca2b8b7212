import {executeServerCommand} from '@web/test-runner-commands';
import {parsePlayerMessage} from '../../src/protocol.js';
import type {HelloMessage, PlayerMessage, ServerMessage} from '../../src/protocol.js';

/** A socket that the element opened, seen from the server. */
export class Connection {
  readonly url: string;
  readonly index: number;
  /** Every message that arrived, in order; one that the protocol does not know makes the test fail. */
  readonly messages: PlayerMessage[] = [];
  closeCode: number | undefined;
  readonly #order: (data: string | ArrayBuffer) => void;

  constructor(index: number, url: string, order: (data: string | ArrayBuffer) => void) {
    this.index = index;
    this.url = url;
    this.#order = order;
  }

  send(message: ServerMessage): void {
    this.sendText(JSON.stringify(message));
  }

  sendText(text: string): void {
    this.#order(JSON.stringify({connection: this.index, text}));
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
    this.#order(JSON.stringify({connection: this.index, close: [code, reason]}));
  }

  /** Ends the TCP connection with no closing handshake: the other end sees 1006. */
  terminate(): void {
    this.#order(JSON.stringify({connection: this.index, terminate: true}));
  }

  /** The messages of one type. */
  of<Type extends PlayerMessage['type']>(type: Type): Extract<PlayerMessage, {type: Type}>[] {
    return this.messages.filter((message): message is Extract<PlayerMessage, {type: Type}> => message.type === type);
  }
}

/** A preview server that does what the test says, on a real socket. One for each test; `stop` it at the end. */
export class PreviewServer {
  readonly url: string;
  readonly connections: Connection[] = [];
  /** Problems with what the element sent: binary messages, messages that break the protocol. */
  readonly problems: string[] = [];
  readonly #control: WebSocket;
  readonly #changes = new EventTarget();

  static async start(): Promise<PreviewServer> {
    const address = await executeServerCommand<string, undefined>('preview-server-address');
    const id = crypto.randomUUID();
    const control = new WebSocket(`${address}/control/${id}`);
    await new Promise((resolve, reject) => {
      control.addEventListener('open', resolve);
      control.addEventListener('error', reject);
    });
    return new PreviewServer(control, `${address}/preview/${id}?token=secret-token`);
  }

  constructor(control: WebSocket, url: string) {
    this.#control = control;
    this.url = url;
    control.addEventListener('message', ({data}) => this.#note(JSON.parse(String(data))));
  }

  stop(): void {
    this.#control.close();
  }

  /** The nth socket that the element opened, counted from 0, once it is there. */
  async connection(index = 0): Promise<Connection> {
    return this.until(() => this.connections[index]);
  }

  /** Waits until `probe` gives something that is not undefined, null or false; looks whenever the server hears something. */
  async until<Value>(probe: () => Value | undefined | null | false): Promise<Value> {
    for (;;) {
      const value = probe();
      if (value !== undefined && value !== null && value !== false) return value;
      await new Promise((resolve) => this.#changes.addEventListener('change', resolve, {once: true}));
    }
  }

  #note(event: {connection: number; event: string; url?: string; text?: string; isBinary?: boolean; code?: number}): void {
    if (event.event === 'open') {
      this.connections[event.connection] = new Connection(event.connection, event.url ?? '', (data) => this.#control.send(data));
    }
    const connection = this.connections[event.connection];
    if (event.event === 'close' && connection) connection.closeCode = event.code;
    if (event.event === 'message') this.#noteMessage(connection, event.isBinary ?? false, event.text ?? '');
    this.#changes.dispatchEvent(new Event('change'));
  }

  #noteMessage(connection: Connection | undefined, isBinary: boolean, text: string): void {
    const parsed = parsePlayerMessage(text);
    if (isBinary) this.problems.push('a binary message');
    else if (parsed.kind === 'message') connection?.messages.push(parsed.message);
    else this.problems.push(parsed.kind === 'malformed' ? `${parsed.problem}: ${text}` : `unknown: ${text}`);
  }
}
