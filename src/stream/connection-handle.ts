import type {FileMessage, HelloMessage, PasteMessage, PlayerMessage} from '../protocol.js';
import type {Bytes} from './byte-sender.js';
import {isFlow} from './connection.js';
import type {Command, ConnectionNews, StreamMessage} from './thread-messages.js';
import type {Token} from './token-source.js';
import type {ViewerName} from './viewer-name.js';

/** Who is told what comes on a connection; nobody any more once it is closed, from either end. */
export interface HandleEvents {
  onHello(connection: ConnectionHandle, hello: HelloMessage): void;
  onServerMessage(connection: ConnectionHandle, message: StreamMessage): void;
  onMalformed?(problem: string): void;
  /** A frame has come. */
  onFrame(connection: ConnectionHandle): void;
  onLife?(life: 'quiet' | 'heard'): void;
  /** `code` and `reason` are the server's; the code is 1006 as well for a socket that this end gave up. */
  onClosed(connection: ConnectionHandle, code: number, reason: string): void;
}

/** The page's end of a connection, whose socket is in the pipeline. */
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
  /** Told what has become of the bytes that are on their way. */
  #onBytesSent: ((areSent: boolean) => void) | undefined;
  #roundTripMs: number | null = null;
  #isBehind = false;

  /** @throws {DOMException} when the browser refuses the address, as its security policy may. */
  constructor(id: number, token: Token, viewer: ViewerName, events: HandleEvents, post: (...command: Command) => void) {
    this.id = id;
    this.#token = token;
    this.#viewer = viewer;
    this.#events = events;
    this.#post = post;
    post('open', id, token.url, viewer.newest);
  }

  /** From now on somebody else is told. */
  listen(events: HandleEvents): void {
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

  /** The last ping's round trip, in milliseconds; null before the first answer. */
  get roundTripMs(): number | null {
    return this.#roundTripMs;
  }

  /** Whether so much is still unsent, or waits for its turn, that a move would only arrive late. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  /** Whether the server has said anything at all that this end understands. */
  get isAnswered(): boolean {
    return this.#hello !== undefined || this.#hasFrame;
  }

  /** False when the message was not sent: the socket is not open, or the server only understands input. */
  send(message: PlayerMessage): boolean {
    if (!this.#isOpen || (!this.#hello && isFlow(message))) return false;
    this.#post('send', this.id, message);
    return true;
  }

  /** Whether bytes are on their way: a socket is not exchanged for another one then. */
  get isSendingBytes(): boolean {
    return this.#onBytesSent !== undefined;
  }

  /** Whether bytes can be announced now: no others are on their way. */
  get canSendBytes(): boolean {
    return this.#isOpen && this.#hello !== undefined && !this.isSendingBytes;
  }

  /**
   * Announces bytes and sends them, while what else is sent goes before them. Only where `canSendBytes`.
   * @returns whether all of them were sent.
   */
  async sendBytes(announcement: FileMessage | PasteMessage, parts: readonly Bytes[], signal?: AbortSignal): Promise<boolean> {
    const areSent = new Promise<boolean>((resolve) => {
      this.#onBytesSent = resolve;
    });
    const abort = () => this.#post('abortParts', this.id);
    signal?.addEventListener('abort', abort);
    this.#post('sendParts', this.id, announcement, parts);
    return areSent.finally(() => signal?.removeEventListener('abort', abort));
  }

  /** Its frames are painted from now on. It takes the place of the one before it, whose end has to have read all that was sent. */
  show(): void {
    this.#post('show', this.id);
  }

  /** Holds the frames back at the server, where it knows how. */
  setHeld(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    this.#post('hold', this.id, isHeld);
  }

  /** Whether somebody is there to be told that the server has gone quiet; nothing is asked otherwise. */
  setWatched(isWatched: boolean): void {
    if (isWatched === this.#isWatched) return;
    this.#isWatched = isWatched;
    this.#post('watch', this.id, isWatched);
  }

  /** Finds out at once whether the server is still there. */
  check(): void {
    if (this.#isWatched) this.#post('watch', this.id, true);
  }

  /** Closes the socket after what was sent; nothing of it is heard of again. */
  close(): void {
    if (!this.#events) return;
    this.retire();
    this.#post('close', this.id);
  }

  /** Another one takes its place, and sees to its end. */
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

  /** A frame has come. */
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
