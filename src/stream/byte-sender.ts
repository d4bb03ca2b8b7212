/** What bytes are sent through; structurally a WebSocket. */
export interface ByteSocket extends Pick<WebSocket, 'bufferedAmount' | 'readyState'> {
  send(bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): void;
}

/** Bytes to send: at once, or read from a file piece by piece. */
export type Bytes = Uint8Array<ArrayBuffer> | Blob;

/** Where bytes begin among all that are sent for something, and who is told how many of all the server has. */
export interface BytesProgress {
  readonly position: number;
  readonly onReceived: (position: number) => void;
}

/** With more than this still unsent nothing is added. */
const MAX_UNSENT_BYTES = 32 * 1024;
/** A piece begins small, so that what is typed meanwhile has little before it; the largest is the protocol's. */
const PIECE_BYTES = {min: 8 * 1024, max: 1024 * 1024};
/** How often an unsent piece is looked at, and how many looks are few. */
const LOOK_MS = 5;
const FEW_LOOKS = 2;

/**
 * Sends the bytes of a paste or a file beside everything else on a socket. A piece goes out only while little is unsent,
 * so that input goes first; and it is as large as the network takes at once.
 */
export class ByteSender {
  readonly #socket: ByteSocket;
  #pieceBytes = PIECE_BYTES.min;
  #isBusy = false;

  constructor(socket: ByteSocket) {
    this.#socket = socket;
  }

  /** Whether something is on its way: the next announcement has to wait for its end. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /**
   * Sends the parts, one after the other. What the network takes at once is sent before this returns.
   * @returns whether all of it was sent; not so where the socket was closed, a file could not be read, or `signal` aborted.
   */
  async send(parts: readonly Bytes[], signal?: AbortSignal): Promise<boolean> {
    this.#isBusy = true;
    try {
      for (const part of parts) {
        const isFile = part instanceof Blob;
        const size = isFile ? part.size : part.length;
        for (let start = 0; start < size; start += this.#pieceBytes) {
          // Not awaited for nothing: bytes that are taken at once are sent at once.
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
      // A file that is gone, or has changed since it was chosen.
      return false;
    } finally {
      this.#isBusy = false;
    }
  }

  get #isFull(): boolean {
    return this.#socket.readyState === WebSocket.OPEN && this.#socket.bufferedAmount > MAX_UNSENT_BYTES;
  }

  /** Waits until the network has taken nearly all, and learns from the time how much it takes. */
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
