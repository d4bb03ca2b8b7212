import {CLOSE_CODE, PROTOCOL_VERSION, encode, parseServerMessage} from '../protocol.js';
import type {FileMessage, HelloMessage, InputMessage, PasteMessage, PlayerMessage, Size} from '../protocol.js';
import {ByteSender} from './byte-sender.js';
import type {Bytes} from './byte-sender.js';
import type {FrameSource, Pieces} from './frame.js';
import {Heartbeat} from './heartbeat.js';
import type {CallOf, ConnectionNews} from './thread-messages.js';
import type {NamedViewer} from './viewer-name.js';

/** A socket is given up if neither `hello` nor a frame has come this long after it was opened. */
const SILENCE_MS = 15_000;
/** How long the next connection's input waits until the server has read everything that this one sent. */
const RETIRE_MS = 1000;
/** If more bytes than this are unsent, the network is behind, and everything that can wait should wait. */
const MAX_UNSENT_BYTES = 32 * 1024;
/** How often to check whether the network is still behind. */
const BEHIND_INTERVAL_MS = 20;

/** The listener of a connection. It hears nothing after the close, from either end. */
export interface ConnectionEvents {
  onNews(connection: Connection, news: CallOf<ConnectionNews>): void;
  /** The server has sent `hello` or a viewport. */
  onGreeted(connection: Connection): void;
  /** A frame, or a patch if there are `pieces`. */
  onFrame(connection: Connection, bytes: ArrayBuffer, pieces?: Pieces): void;
}

/** One WebSocket. Parses what arrives, and sends only what the server understands, depending on `hello`. */
export class Connection implements FrameSource {
  /** A number that tells connections apart. */
  readonly id: number;
  readonly #continued: NamedViewer | undefined;
  readonly #socket: WebSocket;
  readonly #bytes: ByteSender;
  readonly #heartbeat: Heartbeat;
  #events: ConnectionEvents | undefined;
  #hello: HelloMessage | undefined;
  #viewport: Size | null = null;
  #framesReceived = 0;
  #framesDone = 0;
  /** The pieces of the patch that the next binary message is. */
  #pieces: Pieces | undefined;
  #hasAccepted = false;
  #isHeld = false;
  #isWatched = true;
  /** Input that waits for its turn. Undefined if input need not wait. */
  #queue: PlayerMessage[] | undefined;
  #turn: Promise<void> | undefined;
  /** The transfer of announced bytes, if there is one. */
  #abort: AbortController | undefined;
  /** Where the unsent bytes begin in the whole transfer. Undefined if its progress is not wanted. */
  #position: number | undefined;
  /** The ping whose answer says that the server has all bytes before a position. */
  #mark: {readonly t: number; readonly position: number} | undefined;
  #behindTimer: ReturnType<typeof setTimeout> | undefined;
  #isBehind = false;
  readonly #silenceTimer: ReturnType<typeof setTimeout>;

  /** @throws {DOMException} when the browser refuses the address, for example because of its security policy. */
  constructor(id: number, url: string, continued: NamedViewer | undefined, events: ConnectionEvents) {
    this.id = id;
    this.#continued = continued;
    this.#events = events;
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = 'arraybuffer';
    const socket = this.#socket;
    this.#bytes = new ByteSender({
      get bufferedAmount() {
        return socket.bufferedAmount;
      },
      get readyState() {
        return socket.readyState;
      },
      send: (bytes) => {
        this.#sendNow(bytes);
        if (this.#position === undefined) return;
        this.#position += bytes.byteLength;
        this.#ask();
      },
    });
    this.#socket.onopen = () => this.#tell('opened');
    this.#socket.onmessage = ({data}: MessageEvent<unknown>) => this.#receive(data);
    this.#socket.onclose = ({code, reason}) => this.#finish(code, reason);
    this.#silenceTimer = setTimeout(() => this.#finish(CLOSE_CODE.abnormal), SILENCE_MS);
    this.#heartbeat = new Heartbeat({
      onPing: (t) => this.send({type: 'ping', t}),
      onQuiet: () => this.#tell('noticed', 'quiet'),
      onHeard: () => this.#tell('noticed', 'heard'),
      onDead: () => this.#finish(CLOSE_CODE.abnormal),
    });
  }

  /** Whether the server has sent `hello`. A bare server never does. */
  get isGreeted(): boolean {
    return this.#hello !== undefined;
  }

  /** How many frames have arrived, which is also the number of the last one. */
  get framesReceived(): number {
    return this.#framesReceived;
  }

  /** The viewport that the server named last. Null if it has named none. */
  get viewport(): Size | null {
    return this.#viewport;
  }

  /** Returns false if the message was not sent, because the socket is not open or the server only understands input. */
  send(message: PlayerMessage): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN || (!this.#hello && isFlow(message))) return false;
    if (this.#queue && !isFlow(message)) return this.#queue.push(message) > 0;
    this.#sendNow(encode(message));
    return true;
  }

  /**
   * Announces bytes and sends them. Other messages go before them. One announcement at a time.
   * @param position where the bytes begin among all that belong together, if their progress is wanted.
   * @returns whether all of them were sent.
   */
  async sendBytes(announcement: FileMessage | PasteMessage, parts: readonly Bytes[], position?: number): Promise<boolean> {
    // A pending mark of an earlier file is not needed, because a later mark confirms its bytes too.
    if (position !== this.#position) this.#mark = undefined;
    this.#position = position;
    const {signal} = this.#abort = new AbortController();
    if (!this.send(announcement)) return false;
    if (this.#queue) await this.#turn;
    return this.#bytes.send(parts, signal);
  }

  /** Stops sending the announced bytes. */
  abortBytes(): void {
    this.#abort?.abort();
  }

  /** A frame of this connection was painted or dropped. */
  frameDone(): void {
    this.#framesDone++;
    this.send({type: 'ack', frames: this.#framesDone});
  }

  /** Asks the server for patches, if it knows them. For the current connection. */
  acceptPatches(): void {
    if (this.#hasAccepted || !this.#sendsPatches) return;
    this.#hasAccepted = true;
    this.send({type: 'accept', patches: true});
  }

  refresh(): void {
    if (this.#sendsPatches) this.send({type: 'refresh'});
  }

  /** Holds the frames back at the server, if the server knows how. */
  setHeld(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    this.send({type: isHeld ? 'pause' : 'resume'});
  }

  /** Whether somebody would see that the server is silent. Otherwise no pings are sent. Setting it again checks at once. */
  setWatched(isWatched: boolean): void {
    this.#isWatched = isWatched;
    if (!isWatched) this.#heartbeat.stop();
    else if (this.#hello) this.#heartbeat.check();
  }

  /** Closes the socket after what was sent. The listener hears nothing more. */
  close(): void {
    this.#events = undefined;
    clearTimeout(this.#silenceTimer);
    clearTimeout(this.#behindTimer);
    this.#heartbeat.stop();
    this.#socket.onopen = null;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close(CLOSE_CODE.normal);
  }

  /** Replaces another connection, which is closed. Messages of two sockets have no order, so input waits for the other one's end. */
  succeed(previous: Connection): void {
    this.#queue = previous.#queue ?? [];
    previous.#queue = undefined;
    this.#look();
    this.#turn = Promise.all([previous.#turn, previous.#retire()]).then(() => this.#sendQueue());
  }

  /** Closes the socket. Resolves when the server has read everything that was sent, as its answer to the close says. */
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

  #tell(...news: CallOf<ConnectionNews>): void {
    this.#events?.onNews(this, news);
  }

  #sendNow(data: string | BufferSource | Blob): void {
    this.#socket.send(data);
    this.#look();
  }

  /** Sends a ping. A server reads in order, so the answer confirms everything that was sent before. */
  #ask(): void {
    if (this.#mark || this.#position === undefined) return;
    this.#mark = {t: performance.now(), position: this.#position};
    this.send({type: 'ping', t: this.#mark.t});
  }

  #answered(t: number): void {
    this.#tell('measured', this.#heartbeat.answered(t));
    const mark = this.#mark;
    if (mark?.t !== t) return;
    this.#mark = undefined;
    this.#tell('received', mark.position);
    if (mark.position !== this.#position) this.#ask();
  }

  #sendQueue(): void {
    const queue = this.#queue ?? [];
    this.#queue = undefined;
    for (const message of queue) this.send(message);
    this.#look();
  }

  /** Tells when the network falls behind or catches up, and checks again while it is behind. */
  #look(): void {
    const isBehind = this.#queue !== undefined || this.#socket.bufferedAmount > MAX_UNSENT_BYTES;
    clearTimeout(this.#behindTimer);
    if (isBehind) this.#behindTimer = setTimeout(() => this.#look(), BEHIND_INTERVAL_MS);
    if (isBehind === this.#isBehind) return;
    this.#isBehind = isBehind;
    this.#tell('clogged', isBehind);
  }

  get #sendsPatches(): boolean {
    return this.#hello?.features?.includes('patches') ?? false;
  }

  #finish(code: number, reason = ''): void {
    const events = this.#events;
    this.close();
    events?.onNews(this, ['closed', code, reason]);
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
      this.#tell('garbled', parsed.problem);
    }
    if (parsed.kind !== 'message') return;
    const {message} = parsed;
    if (message.type === 'hello') this.#greet(message);
    else if (message.type === 'pong') this.#answered(message.t);
    else if (message.type === 'patch') this.#pieces = message.copies;
    else if (message.type === 'viewport') this.#setViewport(message);
    else this.#tell('told', message);
  }

  #setViewport({width, height}: Size): void {
    this.#viewport = {width, height};
    this.#events?.onGreeted(this);
  }

  /** Only the first `hello` counts, and only of a version that is known here. Any other server counts as a bare one. */
  #greet(hello: HelloMessage): void {
    if (this.#hello || hello.protocol !== PROTOCOL_VERSION) return;
    clearTimeout(this.#silenceTimer);
    this.#hello = hello;
    this.#viewport = hello.viewport;
    // Sent first, because until then the server takes this socket for another viewer.
    if (hello.viewer !== undefined && hello.session === this.#continued?.session) this.send({type: 'continue', viewer: this.#continued.viewer});
    if (this.#framesDone > 0) this.send({type: 'ack', frames: this.#framesDone});
    if (this.#isHeld) this.send({type: 'pause'});
    if (this.#isWatched) this.#heartbeat.start();
    this.#tell('greeted', hello);
    this.#events?.onGreeted(this);
  }
}

const INPUT: ReadonlySet<string> = new Set<InputMessage['type']>(['mouse', 'wheel', 'touch', 'key', 'text', 'compose', 'release']);

/** Whether only a server that has sent `hello` understands the message. */
export function isFlow(message: PlayerMessage): boolean {
  return !INPUT.has(message.type);
}
