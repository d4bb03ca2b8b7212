/** What a pacer sends through. The shape is that of a WebSocket of `ws`. */
export interface FrameSocket {
  /** Bytes that were sent and that the operating system has not taken yet. */
  readonly bufferedAmount: number;
  /** `sent` is called when the operating system has taken the data. */
  send(message: Buffer, sent: (() => void) | undefined): void;
}

/** Makes what a pacer sends for a frame. */
export interface FrameMessages {
  /** A promise if this takes time. It resolves to undefined if the player already has the same picture. */
  next(jpeg: Buffer): Buffer | Promise<Buffer | undefined>;
  /** Forgets which frame the player has, so that the next one is whole. */
  reset(): void;
}

/** How many unacknowledged frames a player may have: one that it paints, and the next one. */
const MAX_UNACKED = 2;
/** How many bytes may wait in a socket beside the newest frame, for a player that acks before it has read everything. */
const MAX_BACKLOG_BYTES = 1024 * 1024;
/** An ack that takes this much longer than the quickest belongs to a frame that waited for the one before it. */
const QUEUED_SHARE = 0.1;
/** Frames that are timed before a player's first ack. A player that never acks needs no more. */
const MAX_TIMED = 64;
/** A player that speaks the protocol but has sent no ack for this long counts as one that does not ack. */
const FIRST_ACK_TIMEOUT_MS = 3_000;
/** With each ack, the quickest time grows by this factor, because the connection may have changed. */
const FORGETTING = 1.002;
/** How much a quick ack shortens the gap, and how far the gap may exceed the time between two acks. */
const GAP = {decay: 0.95, excess: 1.1, acks: 4};

/**
 * Sends frames to one player at the player's own pace. Frames do not queue: at most one waits, the newest. It waits
 * until at most one of the frames before it is unacknowledged. For a player that never acks, the socket counts instead:
 * one unsent frame at a time.
 *
 * A frame that is sent while a slow connection still carries the one before only gets older on its way. So the second frame
 * is held for as long as a frame takes, which the pacer learns from the acks. An ack that is later than the quickest lengthens the
 * gap between two frames, and any other ack shortens it, as TCP Vegas adjusts its window (Brakmo and Peterson, 1995). The gap
 * never gets much longer than the time between the last acks, so that a connection with jitter is not left idle.
 */
export class Pacer {
  readonly #socket: FrameSocket;
  readonly #messages: FrameMessages;
  readonly #intervalMs: number;
  /** One callback for all frames, because most sends of a session are frames. */
  readonly #onSent = () => this.flush();
  #waiting: Buffer | undefined;
  /** The newest frame that no longer waits. */
  #last: Buffer | undefined;
  /** Whether the data for a frame is being made. */
  #isMaking = false;
  #sent = 0;
  /** Undefined until the player has acked for the first time. */
  #acked: number | undefined;
  #isPaused = false;
  /** When each unacknowledged frame was sent, the oldest first. */
  readonly #sentAtMs: number[] = [];
  #quickestMs = Infinity;
  #gapMs = 0;
  readonly #ackedAtMs: number[] = [];
  #lastSentAtMs = -Infinity;
  #notBeforeMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #firstAckTimer: NodeJS.Timeout | undefined;

  /** `fps` also limits the frames that a player asks for. */
  constructor(socket: FrameSocket, messages: FrameMessages, fps: number) {
    this.#socket = socket;
    this.#messages = messages;
    this.#intervalMs = 1000 / fps;
  }

  /** Takes the newest frame. Nothing is copied: all players of a session send the same bytes. */
  show(jpeg: Buffer): void {
    if (this.#isPaused) return;
    this.#waiting = jpeg;
    this.flush();
  }

  /**
   * The player speaks the protocol, so acks are expected from the first frame on. Without this, many more frames would be
   * on their way over a slow connection before the first ack arrives.
   */
  expectAcks(): void {
    if (this.#acked !== undefined || this.#firstAckTimer) return;
    this.#acked = 0;
    this.#firstAckTimer = setTimeout(() => {
      if (this.#acked === 0) this.#acked = undefined;
      this.flush();
    }, FIRST_ACK_TIMEOUT_MS);
  }

  /** Handles an ack: the player is done with this many frames, counted from its first. Returns false if fewer were sent. */
  ack(frames: number): boolean {
    if (frames > this.#sent) return false;
    const nowMs = performance.now();
    this.#acked = Math.max(this.#acked ?? 0, frames);
    while (this.#sentAtMs.length > this.#sent - this.#acked) this.#learn(this.#sentAtMs.shift() ?? 0, nowMs);
    this.flush();
    return true;
  }

  /** Handles `refresh`: the player gets the newest picture again, whole, when the next frame is due. */
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

  /** Stops for good. */
  stop(): void {
    this.pause();
    clearTimeout(this.#firstAckTimer);
  }

  /** Sends the next frame at once. Frames that were on their way when the player paused count as acknowledged. */
  resume(): void {
    this.#isPaused = false;
    this.#messages.reset();
    if (this.#acked !== undefined) this.#acked = this.#sent;
    this.#sentAtMs.length = 0;
  }

  /** Sends the waiting frame if it is due. Called whenever the socket has sent something. */
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

  /** A frame that arrives meanwhile waits. */
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
    // For a player that acks, only acks count.
    this.#socket.send(message, this.#acked ? undefined : this.#onSent);
  }

  #isReady(): boolean {
    if (this.#acked === undefined) return this.#socket.bufferedAmount === 0;
    return this.#sent - this.#acked < MAX_UNACKED && this.#socket.bufferedAmount <= MAX_BACKLOG_BYTES;
  }

  /** How long to wait because the connection still carries the frame before, or because a requested frame is not due. */
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
