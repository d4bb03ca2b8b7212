/** What a pacer sends through; structurally a WebSocket of `ws`. */
export interface FrameSocket {
  /** Bytes that were sent and that the system has not taken yet. */
  readonly bufferedAmount: number;
  /** `sent` is called when the system has taken it. */
  send(message: Buffer, sent: (() => void) | undefined): void;
}

/** What a pacer sends for a frame. */
export interface FrameMessages {
  /** A promise where it has to be found out first; of undefined where the player has the same picture already. */
  next(jpeg: Buffer): Buffer | Promise<Buffer | undefined>;
  /** Nobody knows what the player has: the next one is whole. */
  reset(): void;
}

/** How many frames may be on their way to a player that acks: one that it paints, and one for when it has. */
const MAX_UNACKED = 2;
/** What may wait in a socket, beside the newest frame, for a player that acks before it has read. */
const MAX_BACKLOG_BYTES = 1024 * 1024;
/** An ack that takes this much longer than the quickest is of a frame that had to wait for the one before it. */
const QUEUED_SHARE = 0.1;
/** Frames that are timed before a player has acked at all; one that never does has no use for it. */
const MAX_TIMED = 64;
/** A player that speaks the protocol and has acked nothing for so long is taken for one that does not ack. */
const FIRST_ACK_TIMEOUT_MS = 3_000;
/** The quickest ack is forgotten by this factor with each that comes: the link may be another one by now. */
const FORGETTING = 1.002;
/** What a gap loses with each ack that is quick, and how far it may go beyond the time between two acks. */
const GAP = {decay: 0.95, excess: 1.1, acks: 4};

/**
 * Frames for one player, at the player's own pace. Frames are not a queue: at most one waits, the newest; and it waits
 * until the player is done with all but one of those before it. A player that never acks is held to the socket instead:
 * one frame at a time.
 *
 * A frame that is sent while a slow link still carries the one before it only gets older on its way. So the second one
 * is held for as long as a frame takes, as far as the acks tell: an ack that is later than the quickest lengthens the
 * gap between two frames, one that is not shortens it, as TCP Vegas keeps its window (Brakmo and Peterson, 1995). It
 * never gets much longer than the time between the last acks, so that a jittery link is not left idle for it.
 */
export class Pacer {
  readonly #socket: FrameSocket;
  readonly #messages: FrameMessages;
  readonly #intervalMs: number;
  /** One for all frames: most sends of a session are those of frames to its viewers. */
  readonly #onSent = () => this.flush();
  #waiting: Buffer | undefined;
  /** The newest of those that do not wait any more. */
  #last: Buffer | undefined;
  /** Whether what is to be sent for it is being found out. */
  #isMaking = false;
  #sent = 0;
  /** Undefined until the player has acked for the first time. */
  #acked: number | undefined;
  #isPaused = false;
  /** When each of the frames that are on their way was sent, the oldest first. */
  readonly #sentAtMs: number[] = [];
  #quickestMs = Infinity;
  #gapMs = 0;
  readonly #ackedAtMs: number[] = [];
  #lastSentAtMs = -Infinity;
  #notBeforeMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #firstAckTimer: NodeJS.Timeout | undefined;

  /** `fps` bounds the frames that a player asks for. */
  constructor(socket: FrameSocket, messages: FrameMessages, fps: number) {
    this.#socket = socket;
    this.#messages = messages;
    this.#intervalMs = 1000 / fps;
  }

  /** The newest frame. Nothing is copied: all players of a session send the same bytes. */
  show(jpeg: Buffer): void {
    if (this.#isPaused) return;
    this.#waiting = jpeg;
    this.flush();
  }

  /**
   * The player speaks the protocol, so that acks may be waited for from the first frame on: over a slow link many more
   * would be on their way by the time the first ack is here.
   */
  expectAcks(): void {
    if (this.#acked !== undefined || this.#firstAckTimer) return;
    this.#acked = 0;
    this.#firstAckTimer = setTimeout(() => {
      if (this.#acked === 0) this.#acked = undefined;
      this.flush();
    }, FIRST_ACK_TIMEOUT_MS);
  }

  /** The player is done with this many frames, counted from its first; false when it was not sent as many. */
  ack(frames: number): boolean {
    if (frames > this.#sent) return false;
    const nowMs = performance.now();
    this.#acked = Math.max(this.#acked ?? 0, frames);
    while (this.#sentAtMs.length > this.#sent - this.#acked) this.#learn(this.#sentAtMs.shift() ?? 0, nowMs);
    this.flush();
    return true;
  }

  /** The player lacks the picture: it gets the newest again, whole, and no sooner than the next frame may come. */
  refresh(): void {
    this.#messages.reset();
    if (this.#isPaused || this.#isMaking) return;
    this.#waiting ??= this.#last;
    this.#notBeforeMs = this.#lastSentAtMs + this.#intervalMs;
    this.flush();
  }

  /** Sends nothing until `resume`. */
  pause(): void {
    this.#isPaused = true;
    this.#waiting = undefined;
    clearTimeout(this.#timer);
  }

  /** Nothing of this goes on. */
  stop(): void {
    this.pause();
    clearTimeout(this.#firstAckTimer);
  }

  /** The next frame goes out at once: what was on its way when the player paused is the past. */
  resume(): void {
    this.#isPaused = false;
    this.#messages.reset();
    if (this.#acked !== undefined) this.#acked = this.#sent;
    this.#sentAtMs.length = 0;
  }

  /** Sends the waiting frame if its time has come; called whenever the socket has got rid of something. */
  flush(): void {
    const jpeg = this.#waiting;
    if (!jpeg || this.#isMaking || !this.#isReady()) return;
    clearTimeout(this.#timer);
    const heldMs = this.#heldMs();
    if (heldMs > 0) {
      this.#timer = setTimeout(() => this.flush(), heldMs);
      return;
    }
    this.#waiting = undefined;
    this.#last = jpeg;
    const message = this.#messages.next(jpeg);
    if (message instanceof Promise) void this.#sendWhenMade(message);
    else this.#send(message);
  }

  /** What comes meanwhile waits. */
  async #sendWhenMade(making: Promise<Buffer | undefined>): Promise<void> {
    this.#isMaking = true;
    const message = await making;
    this.#isMaking = false;
    if (message && !this.#isPaused) this.#send(message);
    this.flush();
  }

  #send(message: Buffer): void {
    this.#sent++;
    this.#lastSentAtMs = performance.now();
    if (this.#sentAtMs.length < MAX_TIMED) this.#sentAtMs.push(this.#lastSentAtMs);
    // Whoever acks is waited for by that alone.
    this.#socket.send(message, this.#acked ? undefined : this.#onSent);
  }

  #isReady(): boolean {
    if (this.#acked === undefined) return this.#socket.bufferedAmount === 0;
    return this.#sent - this.#acked < MAX_UNACKED && this.#socket.bufferedAmount <= MAX_BACKLOG_BYTES;
  }

  /** How much longer the link is taken by the frame before, or it is too soon for one that was asked for. */
  #heldMs(): number {
    const sentAtMs = this.#sentAtMs.at(-1) ?? -Infinity;
    return Math.max(sentAtMs + this.#gapMs, this.#notBeforeMs) - performance.now();
  }

  #learn(sentAtMs: number, nowMs: number): void {
    const times = this.#ackedAtMs;
    const ackMs = nowMs - sentAtMs;
    const ackIntervalMs = (nowMs - (times[0] ?? -Infinity)) / times.length;
    times.push(nowMs);
    if (times.length > GAP.acks) times.shift();
    this.#quickestMs = Math.min(this.#quickestMs * FORGETTING, ackMs);
    const queuedMs = ackMs - this.#quickestMs;
    this.#gapMs = queuedMs > this.#quickestMs * QUEUED_SHARE
      ? Math.min(this.#gapMs + queuedMs / 2, ackIntervalMs * GAP.excess) : this.#gapMs * GAP.decay;
  }
}
