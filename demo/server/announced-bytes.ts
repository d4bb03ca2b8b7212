import {Bucket} from './bucket.js';

/** Who gets what a player has announced. One of `end` and `forfeit` is called, once and last. */
export interface ByteReceiver {
  /** The next bytes, in order and never more than were announced. They are the socket's: whoever keeps them copies them. */
  write(bytes: Buffer): void;
  /** All bytes are there. */
  end(): void;
  /**
   * The missing bytes will not come: the player has announced something else, or canceled, or sent nothing for too long,
   * or has gone.
   */
  forfeit(): void;
}

/** What one player may announce: several pastes, or the files of a chooser, at once; and so much a second. */
const BYTES = {atOnce: 128 * 1024 * 1024, perSecond: 8 * 1024 * 1024};
/** How long the next bytes may take. */
const IDLE_TIMEOUT_MS = 30_000;

/**
 * A player's binary messages: the bytes of the newest paste or file that it has announced, in order. Nothing is collected
 * here. Bytes that are owed to nothing are ignored.
 */
export class AnnouncedBytes {
  readonly #budget = new Bucket(BYTES.atOnce, BYTES.perSecond);
  #receiver: ByteReceiver | undefined;
  #missingBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Whether a player may announce so many bytes now: they are paid for before they come. */
  afford(sizeBytes: number): boolean {
    return this.#budget.take(sizeBytes);
  }

  /** From now on bytes are this receiver's. What was announced before is forfeited. */
  announce(sizeBytes: number, receiver: ByteReceiver): void {
    this.cancel();
    this.#receiver = receiver;
    this.#missingBytes = sizeBytes;
    this.#wait();
  }

  /** A binary message. */
  receive(bytes: Buffer): void {
    const owed = bytes.subarray(0, this.#missingBytes);
    this.#missingBytes -= owed.length;
    if (owed.length > 0) this.#receiver?.write(owed);
    // Whoever was written to may have canceled.
    if (owed.length > 0 && this.#receiver) this.#wait();
  }

  /** What is missing is forfeited. */
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
