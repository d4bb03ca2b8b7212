import {randomBytes} from 'node:crypto';
import type {WebSocket} from 'ws';

/** A socket that has not answered a ping for this long counts as dead, even if it sends messages. */
const SILENT_AFTER_MS = 30_000;
/** How many pings may be unanswered. On a slow connection, an answer takes longer than the interval. */
const MAX_PINGS = 8;

/** Checks whether the other end of a socket still reads: it must repeat the random bytes of a ping. */
export class Life {
  readonly #socket: WebSocket;
  readonly #asked: Buffer[] = [];
  #readAtMs = performance.now();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('pong', (data) => this.#note(data));
  }

  /** Closes the connection if the other end has read nothing for long, and pings it otherwise. */
  check(): void {
    if (performance.now() - this.#readAtMs > SILENT_AFTER_MS) {
      this.#socket.terminate();
      return;
    }
    const bytes = randomBytes(8);
    if (this.#asked.push(bytes) > MAX_PINGS) this.#asked.shift();
    this.#socket.ping(bytes);
  }

  #note(data: Buffer): void {
    const index = this.#asked.findIndex((bytes) => bytes.equals(data));
    if (index < 0) return;
    this.#asked.splice(0, index + 1);
    this.#readAtMs = performance.now();
  }
}
