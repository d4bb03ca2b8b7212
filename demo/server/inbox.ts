import {MAX_PLAYER_BINARY_BYTES, MAX_PLAYER_MESSAGE_BYTES, parsePlayerMessage} from 'chaser-live-view/protocol';
import type {PlayerMessage, RefusalCode} from 'chaser-live-view/protocol';
import type {RawData} from 'ws';
import {AnnouncedBytes} from './announced-bytes.js';
import {Bucket} from './bucket.js';

/** A player's message rate. A fast mouse stays far below it, and a paste of a megabyte fits. */
const MESSAGES = {atOnce: 1_000, perSecond: 500, bytesEach: 4_096, pathPointsEach: 32};
/** A player with this many unreadable messages does not speak the protocol. */
const MAX_MALFORMED = 100;

export interface InboxOptions {
  readonly handle: (message: PlayerMessage) => void;
  /** Tells the player why a message was refused. */
  readonly refuse: (code: RefusalCode, text: string) => void;
  /** From now on, messages over the rate limit are dropped. Called once, until a message fits again. */
  readonly limit: () => void;
  /** The player does not speak the protocol. */
  readonly close: () => void;
}

/** What arrives from one player: limits the rate, parses messages, and passes on the bytes that were announced. */
export class Inbox {
  readonly announced = new AnnouncedBytes();
  readonly #options: InboxOptions;
  readonly #budget = new Bucket(MESSAGES.atOnce, MESSAGES.perSecond);
  #malformed = 0;
  #isLimited = false;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  receive(data: RawData, isBinary: boolean): void {
    const nowMs = performance.now();
    if (!Buffer.isBuffer(data)) return;
    if (isBinary) {
      this.#receiveBytes(data);
      return;
    }
    if (!this.#budget.take(1 + data.length / MESSAGES.bytesEach, nowMs)) {
      this.#limit();
      return;
    }
    this.#isLimited = false;
    if (data.length > MAX_PLAYER_MESSAGE_BYTES) this.#options.refuse('too_large', `A message is at most ${MAX_PLAYER_MESSAGE_BYTES} bytes.`);
    else this.#read(data.toString());
  }

  /** Whether one more message fits into the rate limit. */
  afford(): boolean {
    return this.#budget.take();
  }

  /** Refuses a message that could not be understood. */
  refuse(text: string): void {
    this.#options.refuse('bad_message', text);
    this.#countMalformed();
  }

  /** Handles a binary message. Its bytes counted for the rate limit when they were announced. */
  #receiveBytes(bytes: Buffer): void {
    if (bytes.length <= MAX_PLAYER_BINARY_BYTES) this.announced.receive(bytes);
    else {
      this.announced.cancel();
      this.#options.refuse('too_large', `A binary message is at most ${MAX_PLAYER_BINARY_BYTES} bytes.`);
      this.#countMalformed();
    }
  }

  #read(text: string): void {
    const parsed = parsePlayerMessage(text);
    if (parsed.kind === 'message') {
      // Each point of a path becomes an event in the session's page, so points cost too.
      if (this.#budget.take(pathLengthOf(parsed.message) / MESSAGES.pathPointsEach)) this.#options.handle(parsed.message);
      else this.#limit();
    } else if (parsed.kind === 'malformed') this.refuse(`The message was not understood: ${parsed.problem}.`);
  }

  #countMalformed(): void {
    if (++this.#malformed >= MAX_MALFORMED) this.#options.close();
  }

  #limit(): void {
    if (this.#isLimited) return;
    this.#isLimited = true;
    this.#options.refuse('rate_limited', `At most ${MESSAGES.perSecond} messages a second are accepted.`);
    this.#options.limit();
  }
}

function pathLengthOf(message: PlayerMessage): number {
  return 'path' in message && message.path ? message.path.length : 0;
}
