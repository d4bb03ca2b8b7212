import {randomBytes} from 'node:crypto';
import type {WebSocket} from 'ws';

/** A socket whose pings have come back unread for this long is not read any more, whatever comes from it. */
const SILENT_AFTER_MS = 30_000;
/** Pings that may still be answered: over a slow link one takes longer than until the next. */
const MAX_PINGS = 8;

/** Whether a socket's other end reads: it repeats the bytes of a ping, which it can't guess. */
export class Life {
  readonly #socket: WebSocket;
  readonly #asked: Buffer[] = [];
  #readAtMs = performance.now();

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('pong', (data) => this.#note(data));
  }

  /** Ends the connection of one that has read nothing for long, and asks the others for a sign of life. */
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
