import {Bucket} from './bucket.js';

/** Receives the bytes that a player has announced. Either `end` or `forfeit` is called, once and last. */
export interface ByteReceiver {
  /** Takes the next bytes, in order and never more than were announced. The buffer belongs to the socket: copy it to keep it. */
  write(bytes: Buffer): void;
  /** All bytes have arrived. */
  end(): void;
  /**
   * The missing bytes will not arrive: the player has announced something else, canceled, sent nothing for too long, or
   * disconnected.
   */
  forfeit(): void;
}

/** How many bytes one player may announce. Several pastes, or the files of one chooser, fit in at once. */
const BYTES = {atOnce: 128 * 1024 * 1024, perSecond: 8 * 1024 * 1024};
/** How long to wait for the next bytes. */
const IDLE_TIMEOUT_MS = 30_000;

/**
 * Passes on a player's binary messages: the bytes of the newest paste or file that it has announced, in order. Nothing is collected
 * here. Bytes that were not announced are ignored.
 */
export class AnnouncedBytes {
  readonly #budget = new Bucket(BYTES.atOnce, BYTES.perSecond);
  #receiver: ByteReceiver | undefined;
  #missingBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Whether a player may announce this many bytes now. Announced bytes count for the rate limit, whether they arrive or not. */
  afford(sizeBytes: number): boolean {
    return this.#budget.take(sizeBytes);
  }

  /** Sends the next bytes to this receiver. The one before is forfeited. */
  announce(sizeBytes: number, receiver: ByteReceiver): void {
    this.cancel();
    this.#receiver = receiver;
    this.#missingBytes = sizeBytes;
    this.#wait();
  }

  /** Handles a binary message. */
  receive(bytes: Buffer): void {
    const owed = bytes.subarray(0, this.#missingBytes);
    this.#missingBytes -= owed.length;
    if (owed.length > 0) this.#receiver?.write(owed);
    // The receiver may have canceled in `write`.
    if (owed.length > 0 && this.#receiver) this.#wait();
  }

  /** Forfeits the missing bytes. */
  cancel(): void {
    this.#release()?.forfeit();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (this.#missingBytes === 0) this.#release()?.end();
    else this.#timer = setTimeout(() => this.cancel(), IDLE_TIMEOUT_MS);
  }

  #release(): ByteReceiver | undefined {
    const receiver = this.#receiver;
    clearTimeout(this.#timer);
    this.#receiver = undefined;
    this.#missingBytes = 0;
    return receiver;
  }
}
