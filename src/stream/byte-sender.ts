/** The part of a WebSocket that sends bytes. */
export interface ByteSocket extends Pick<WebSocket, 'bufferedAmount' | 'readyState'> {
  send(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): void;
}

/** Bytes to send: in memory, or a file that is read piece by piece. */
export type Bytes = Uint8Array<ArrayBuffer> | Blob;

/** The offset of the first byte within the whole transfer, and a callback for the number of bytes that the server has so far. */
export interface BytesProgress {
  readonly position: number;
  readonly onReceived: (position: number) => void;
}

/** While more bytes than this are unsent, no piece is added. */
const MAX_UNSENT_BYTES = 32 * 1024;
/** The first piece is small, so that input typed meanwhile waits behind few bytes. The protocol sets the largest. */
const PIECE_BYTES = {min: 8 * 1024, max: 1024 * 1024};
/** The interval at which the unsent bytes are checked. A network that is done after `FEW_LOOKS` checks counts as fast. */
const LOOK_MS = 5;
const FEW_LOOKS = 2;

/**
 * Sends the bytes of a paste or a file on a socket that other messages share. A piece is sent only while few bytes are unsent,
 * so that input is not delayed. Its size follows how much the network takes at once.
 */
export class ByteSender {
  readonly #socket: ByteSocket;
  #pieceBytes = PIECE_BYTES.min;

  constructor(socket: ByteSocket) {
    this.#socket = socket;
  }

  /**
   * Sends the parts in order. Bytes that the network takes at once are sent before this returns.
   * @returns whether everything was sent. False if the socket was closed, a file could not be read, or `signal` was aborted.
   */
  async send(parts: readonly Bytes[], signal?: AbortSignal): Promise<boolean> {
    try {
      for (const part of parts) {
        const isFile = part instanceof Blob;
        const size = isFile ? part.size : part.length;
        for (let start = 0; start < size; start += this.#pieceBytes) {
          // Awaited only where needed, so that bytes which the network takes at once are sent synchronously.
          if (this.#isFull) await this.#drain(signal);
          else this.#pieceBytes = Math.min(PIECE_BYTES.max, this.#pieceBytes * 2);
          const end = start + this.#pieceBytes;
          const piece = isFile ? await part.slice(start, end).arrayBuffer() : part.subarray(start, end);
          if (this.#socket.readyState !== WebSocket.OPEN || signal?.aborted) return false;
          this.#socket.send(piece);
        }
      }
      return true;
    } catch {
      // The file was deleted or changed since it was chosen.
      return false;
    }
  }

  get #isFull(): boolean {
    return this.#socket.readyState === WebSocket.OPEN && this.#socket.bufferedAmount > MAX_UNSENT_BYTES;
  }

  /** Waits until nearly all bytes are sent, and adapts the size of the next piece to the time that this took. */
  async #drain(signal: AbortSignal | undefined): Promise<void> {
    let looks = 0;
    for (; this.#isFull; looks++) {
      if (signal?.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    this.#pieceBytes = looks > FEW_LOOKS
      ? Math.max(PIECE_BYTES.min, this.#pieceBytes / 2) : Math.min(PIECE_BYTES.max, this.#pieceBytes * 2);
  }
}
