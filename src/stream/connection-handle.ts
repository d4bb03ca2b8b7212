import type {FileMessage, HelloMessage, PasteMessage, PlayerMessage} from '../protocol.js';
import type {Bytes, BytesProgress} from './byte-sender.js';
import {isFlow} from './connection.js';
import type {Command, ConnectionNews, StreamMessage} from './thread-messages.js';
import type {Token} from './token-source.js';
import type {ViewerName} from './viewer-name.js';

/** The listener of a connection. It hears nothing after the close, from either end. */
export interface HandleEvents {
  onHello(connection: ConnectionHandle, hello: HelloMessage): void;
  onServerMessage(connection: ConnectionHandle, message: StreamMessage): void;
  onMalformed?(problem: string): void;
  /** A frame has arrived. */
  onFrame(connection: ConnectionHandle): void;
  onLife?(life: 'quiet' | 'heard'): void;
  /** `code` and `reason` are the server's. The code is also 1006 for a socket that this end gave up. */
  onClosed(connection: ConnectionHandle, code: number, reason: string): void;
}

/** The page's end of a connection whose socket is in the pipeline. */
export class ConnectionHandle implements ConnectionNews {
  readonly id: number;
  #token: Token;
  readonly #viewer: ViewerName;
  #events: HandleEvents | undefined;
  readonly #post: (...command: Command) => void;
  #hello: HelloMessage | undefined;
  #isOpen = false;
  #isHeld = false;
  #isWatched = true;
  #hasFrame = false;
  /** Called with the result of the bytes that are being sent. */
  #onBytesSent: ((areSent: boolean) => void) | undefined;
  #onReceived: BytesProgress['onReceived'] | undefined;
  #roundTripMs: number | null = null;
  #isBehind = false;

  /** @throws {DOMException} when the browser refuses the address, for example because of its security policy. */
  constructor(id: number, token: Token, viewer: ViewerName, events: HandleEvents, post: (...command: Command) => void) {
    this.id = id;
    this.#token = token;
    this.#viewer = viewer;
    this.#events = events;
    this.#post = post;
    post('open', id, token.url, viewer.newest);
  }

  /** Replaces the listener. */
  listen(events: HandleEvents): void {
    this.#events = events;
  }

  /** The token, with the end that the server named. */
  get token(): Token {
    return this.#token;
  }

  /** The server's `hello`. Undefined for a server that only sends frames. */
  get hello(): HelloMessage | undefined {
    return this.#hello;
  }

  /** Round-trip time of the last ping, in milliseconds. Null before the first answer. */
  get roundTripMs(): number | null {
    return this.#roundTripMs;
  }

  /** Whether so much is unsent or waits that a move would arrive late. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** Whether the server has sent anything that this end understands. */
  get isAnswered(): boolean {
    return this.#hello !== undefined || this.#hasFrame;
  }

  /** Returns false if the message was not sent, because the socket is not open or the server only understands input. */
  send(message: PlayerMessage): boolean {
    if (!this.#isOpen || (!this.#hello && isFlow(message))) return false;
    this.#post('send', this.id, message);
    return true;
  }

  /** Whether bytes are being sent. A socket is not replaced then. */
  get isSendingBytes(): boolean {
    return this.#onBytesSent !== undefined;
  }

  /** Whether bytes can be announced now, because no others are being sent. */
  get canSendBytes(): boolean {
    return this.#isOpen && this.#hello !== undefined && !this.isSendingBytes;
  }

  /**
   * Announces bytes and sends them, while what else is sent goes before them. Only where `canSendBytes`.
   * @returns whether all of them were sent.
   */
  async sendBytes(announcement: FileMessage | PasteMessage, parts: readonly Bytes[], progress?: BytesProgress, signal?: AbortSignal): Promise<boolean> {
    this.#onReceived = progress?.onReceived;
    const areSent = new Promise<boolean>((resolve) => {
      this.#onBytesSent = resolve;
    });
    const abort = () => this.#post('abortParts', this.id);
    signal?.addEventListener('abort', abort);
    this.#post('sendParts', this.id, announcement, parts, progress?.position);
    return areSent.finally(() => signal?.removeEventListener('abort', abort));
  }

  /** Paints this connection's frames from now on. It replaces the one before, after the server has read everything that was sent on that one. */
  show(): void {
    this.#post('show', this.id);
  }

  /** Holds the frames back at the server, if the server knows how. */
  setHeld(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    this.#post('hold', this.id, isHeld);
  }

  /** Whether somebody would see that the server is silent. Otherwise no pings are sent. */
  setWatched(isWatched: boolean): void {
    if (isWatched === this.#isWatched) return;
    this.#isWatched = isWatched;
    this.#post('watch', this.id, isWatched);
  }

  /** Checks at once whether the server is still there. */
  check(): void {
    if (this.#isWatched) this.#post('watch', this.id, true);
  }

  /** Closes the socket after what was sent. The listener hears nothing more. */
  close(): void {
    if (!this.#events) return;
    this.retire();
    this.#post('close', this.id);
  }

  /** Another connection replaces this one and closes it. */
  retire(): void {
    this.#events = undefined;
    this.#isOpen = false;
    this.delivered(false);
  }

  opened(): void {
    this.#isOpen = true;
  }

  greeted(hello: HelloMessage): void {
    this.#hello = hello;
    this.#token = {...this.#token, expiresAtMs: Date.parse(hello.expires_at)};
    this.#viewer.note(hello);
    this.#events?.onHello(this, hello);
  }

  told(message: StreamMessage): void {
    this.#events?.onServerMessage(this, message);
  }

  garbled(problem: string): void {
    this.#events?.onMalformed?.(problem);
  }

  /** A frame has arrived. */
  arrived(): void {
    this.#hasFrame = true;
    this.#events?.onFrame(this);
  }

  noticed(life: 'quiet' | 'heard'): void {
    this.#events?.onLife?.(life);
  }

  measured(roundTripMs: number): void {
    this.#roundTripMs = roundTripMs;
  }

  clogged(isBehind: boolean): void {
    this.#isBehind = isBehind;
  }

  received(position: number): void {
    this.#onReceived?.(position);
  }

  delivered(areSent: boolean): void {
    this.#onBytesSent?.(areSent);
    this.#onBytesSent = undefined;
  }

  closed(code: number, reason: string): void {
    const events = this.#events;
    this.retire();
    events?.onClosed(this, code, reason);
  }
}
