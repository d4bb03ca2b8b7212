import {CLOSE_CODE, PROTOCOL_VERSION, encode, parseServerMessage} from '../protocol.js';
import type {FileMessage, HelloMessage, InputMessage, PasteMessage, PlayerMessage, ServerMessage} from '../protocol.js';
import {ByteSender} from './byte-sender.js';
import type {Bytes} from './byte-sender.js';
import type {FrameSource, Pieces} from './frame.js';
import {Heartbeat} from './heartbeat.js';
import type {Token} from './token-source.js';
import type {ViewerName} from './viewer-name.js';

/** A socket on which neither `hello` nor a frame has come for this long after it was asked for is given up. */
const SILENCE_MS = 15_000;
/** How long the next connection's input waits for this one's end to have read all that was sent. */
const RETIRE_MS = 1000;
/** With more than this still unsent the network is behind: what can wait should. */
const MAX_UNSENT_BYTES = 32 * 1024;

/** A message that is not about the connection itself. */
export type StreamMessage = Exclude<ServerMessage, {type: 'hello' | 'pong' | 'patch'}>;

/** Who a connection tells what comes on it; nobody any more once it is closed, from either end. */
export interface ConnectionEvents {
  onHello(connection: Connection, hello: HelloMessage): void;
  onServerMessage(connection: Connection, message: StreamMessage): void;
  onMalformed?(problem: string): void;
  /** A frame; a patch where there are `pieces`. */
  onFrame(connection: Connection, bytes: ArrayBuffer, pieces?: Pieces): void;
  onLife?(life: 'quiet' | 'heard'): void;
  /** `code` and `reason` are the server's; the code is 1006 as well for a socket that this end gave up. */
  onClosed(connection: Connection, code: number, reason: string): void;
}

/** One WebSocket's life: what arrives is parsed, what may be sent depends on whether the server has said `hello`. */
export class Connection implements FrameSource {
  #token: Token;
  readonly #viewer: ViewerName;
  readonly #socket: WebSocket;
  readonly #bytes: ByteSender;
  readonly #heartbeat: Heartbeat;
  #events: ConnectionEvents | undefined;
  #hello: HelloMessage | undefined;
  #framesReceived = 0;
  #framesDone = 0;
  /** The next binary message is a patch, of which these are the pieces. */
  #pieces: Pieces | undefined;
  #hasAccepted = false;
  #isHeld = false;
  #isWatched = true;
  /** Input that waits for its turn; undefined when none has to. */
  #queue: PlayerMessage[] | undefined;
  #turn: Promise<void> | undefined;
  readonly #silenceTimer: ReturnType<typeof setTimeout>;

  /** @throws {DOMException} when the browser refuses the address, as its security policy may. */
  constructor(token: Token, viewer: ViewerName, events: ConnectionEvents) {
    this.#token = token;
    this.#viewer = viewer;
    this.#events = events;
    this.#socket = new WebSocket(token.url);
    this.#socket.binaryType = 'arraybuffer';
    this.#bytes = new ByteSender(this.#socket);
    this.#socket.onmessage = ({data}: MessageEvent<unknown>) => this.#receive(data);
    this.#socket.onclose = ({code, reason}) => this.#finish(code, reason);
    this.#silenceTimer = setTimeout(() => this.#finish(CLOSE_CODE.abnormal), SILENCE_MS);
    this.#heartbeat = new Heartbeat({
      onPing: (t) => this.send({type: 'ping', t}),
      onQuiet: () => this.#events?.onLife?.('quiet'),
      onHeard: () => this.#events?.onLife?.('heard'),
      onDead: () => this.#finish(CLOSE_CODE.abnormal),
    });
  }

  /** From now on somebody else is told. */
  listen(events: ConnectionEvents): void {
    this.#events = events;
  }

  /** The token, with the end that the server named. */
  get token(): Token {
    return this.#token;
  }

  /** What the server said of itself; undefined for one that only sends frames. */
  get hello(): HelloMessage | undefined {
    return this.#hello;
  }

  /** Whether the server has said anything at all that this end understands. */
  get isAnswered(): boolean {
    return this.#hello !== undefined || this.#framesReceived > 0;
  }

  /** How many frames have arrived: the number of the last one. */
  get framesReceived(): number {
    return this.#framesReceived;
  }

  get roundTripMs(): number | null {
    return this.#heartbeat.roundTripMs;
  }

  /** Whether so much is still unsent, or waits for its turn, that a move would only arrive late. */
  get isBehind(): boolean {
    return this.#queue !== undefined || this.#socket.bufferedAmount > MAX_UNSENT_BYTES;
  }

  /** False when the message was not sent: the socket is not open, or the server only understands input. */
  send(message: PlayerMessage): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN || (!this.#hello && isFlow(message))) return false;
    if (this.#queue && !isFlow(message)) return this.#queue.push(message) > 0;
    this.#socket.send(encode(message));
    return true;
  }

  /** Whether bytes are on their way: a socket is not exchanged for another one then. */
  get isSendingBytes(): boolean {
    return this.#bytes.isBusy;
  }

  /** Whether bytes can be announced now: neither others before them nor input waits for its turn. */
  get canSendBytes(): boolean {
    return this.#socket.readyState === WebSocket.OPEN && this.#hello !== undefined && !this.#queue && !this.#bytes.isBusy;
  }

  /**
   * Announces bytes and sends them, while what else is sent goes before them. Only where `canSendBytes`.
   * @returns whether all of them were sent.
   */
  sendBytes(announcement: FileMessage | PasteMessage, parts: readonly Bytes[], signal?: AbortSignal): Promise<boolean> {
    this.send(announcement);
    return this.#bytes.send(parts, signal);
  }

  /** A frame of this connection was painted, or will never be. */
  frameDone(): void {
    this.#framesDone++;
    this.send({type: 'ack', frames: this.#framesDone});
  }

  /** Has the server send only what has changed, where it knows how; for the connection that counts. */
  acceptPatches(): void {
    if (this.#hasAccepted || !this.#sendsPatches) return;
    this.#hasAccepted = true;
    this.send({type: 'accept', patches: true});
  }

  refresh(): void {
    if (this.#sendsPatches) this.send({type: 'refresh'});
  }

  /** Holds the frames back at the server, where it knows how. */
  setHeld(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    this.send({type: isHeld ? 'pause' : 'resume'});
  }

  /** Whether somebody is there to be told that the server has gone quiet; nothing is asked otherwise. */
  setWatched(isWatched: boolean): void {
    if (isWatched === this.#isWatched) return;
    this.#isWatched = isWatched;
    if (isWatched) this.check();
    else this.#heartbeat.stop();
  }

  /** Finds out at once whether the server is still there. */
  check(): void {
    if (this.#hello && this.#isWatched) this.#heartbeat.check();
  }

  /** Closes the socket after what was sent; nothing of it is heard of again. */
  close(): void {
    this.#events = undefined;
    clearTimeout(this.#silenceTimer);
    this.#heartbeat.stop();
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close(CLOSE_CODE.normal);
  }

  /** Takes the place of another one, which is closed. Between two sockets there is no order: input waits for that one's. */
  succeed(previous: Connection): void {
    this.#queue = previous.#queue ?? [];
    previous.#queue = undefined;
    this.#turn = Promise.all([previous.#turn, previous.#retire()]).then(() => this.#sendQueue());
  }

  /** Closes the socket; resolves when the server has read all that was sent, as its answer to the close says. */
  #retire(): Promise<void> {
    this.close();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, RETIRE_MS);
      this.#socket.onclose = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #sendQueue(): void {
    const queue = this.#queue ?? [];
    this.#queue = undefined;
    for (const message of queue) this.send(message);
  }

  get #sendsPatches(): boolean {
    return this.#hello?.features?.includes('patches') ?? false;
  }

  #finish(code: number, reason = ''): void {
    const events = this.#events;
    this.close();
    events?.onClosed(this, code, reason);
  }

  #receive(data: unknown): void {
    this.#heartbeat.heard();
    if (data instanceof ArrayBuffer) this.#receiveFrame(data);
    else this.#receiveText(String(data));
  }

  #receiveFrame(bytes: ArrayBuffer): void {
    clearTimeout(this.#silenceTimer);
    this.#framesReceived++;
    const pieces = this.#pieces;
    this.#pieces = undefined;
    this.#events?.onFrame(this, bytes, pieces);
  }

  #receiveText(text: string): void {
    const parsed = parseServerMessage(text);
    if (parsed.kind === 'malformed') {
      if (parsed.type === 'patch') this.#pieces = 'unreadable';
      this.#events?.onMalformed?.(parsed.problem);
    }
    if (parsed.kind !== 'message') return;
    const {message} = parsed;
    if (message.type === 'hello') this.#greet(message);
    else if (message.type === 'pong') this.#heartbeat.answered(message.t);
    else if (message.type === 'patch') this.#pieces = message.copies;
    else this.#events?.onServerMessage(this, message);
  }

  /** Only the first hello counts, and only of a version that this end speaks: the others are of a bare server. */
  #greet(hello: HelloMessage): void {
    if (this.#hello || hello.protocol !== PROTOCOL_VERSION) return;
    clearTimeout(this.#silenceTimer);
    this.#hello = hello;
    this.#token = {...this.#token, expiresAtMs: Date.parse(hello.expires_at)};
    const continued = this.#viewer.continueOn(hello);
    if (continued) this.send(continued);
    if (this.#framesDone > 0) this.send({type: 'ack', frames: this.#framesDone});
    if (this.#isHeld) this.send({type: 'pause'});
    if (this.#isWatched) this.#heartbeat.start();
    this.#events?.onHello(this, hello);
  }
}

const INPUT: ReadonlySet<string> = new Set<InputMessage['type']>(['mouse', 'wheel', 'touch', 'key', 'text', 'compose', 'release']);

/** Whether only a server that has said `hello` understands it. */
export function isFlow(message: PlayerMessage): boolean {
  return !INPUT.has(message.type);
}
