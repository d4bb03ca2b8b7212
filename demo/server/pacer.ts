/** What a pacer sends through; structurally a WebSocket of `ws`. */
export interface FrameSocket {
  /** Bytes that were sent and that the system has not taken yet. */
  readonly bufferedAmount: number;
  send(data: Buffer, options: {binary: true}, sent: () => void): void;
}

/** How many frames may be on their way to a player that acks: one that it paints, and one for when it has. */
const MAX_UNACKED = 2;

/**
 * Frames for one player, at the player's own pace. Frames are not a queue: at most one waits, the newest; and it waits
 * until the player is done with all but one of those before it. A player that never acks is held to the socket instead:
 * one frame at a time.
 */
export class Pacer {
  readonly #socket: FrameSocket;
  #waiting: Buffer | undefined;
  #sent = 0;
  /** Undefined until the player has acked for the first time. */
  #acked: number | undefined;
  #isPaused = false;

  constructor(socket: FrameSocket) {
    this.#socket = socket;
  }

  /** The newest frame. Nothing is copied: all players of a session send the same bytes. */
  show(jpeg: Buffer): void {
    if (this.#isPaused) return;
    this.#waiting = jpeg;
    this.flush();
  }

  /** The player is done with this many frames, counted from its first. */
  ack(frames: number): void {
    this.#acked = Math.max(this.#acked ?? 0, Math.min(frames, this.#sent));
    this.flush();
  }

  pause(): void {
    this.#isPaused = true;
    this.#waiting = undefined;
  }

  /** The next frame goes out at once: what was on its way when the player paused is the past. */
  resume(): void {
    this.#isPaused = false;
    if (this.#acked !== undefined) this.#acked = this.#sent;
  }

  /** Sends the waiting frame if its time has come; called whenever the socket has got rid of something. */
  flush(): void {
    const jpeg = this.#waiting;
    if (!jpeg || !this.#isReady()) return;
    this.#waiting = undefined;
    this.#sent++;
    this.#socket.send(jpeg, {binary: true}, () => this.flush());
  }

  #isReady(): boolean {
    if (this.#acked === undefined) return this.#socket.bufferedAmount === 0;
    return this.#sent - this.#acked < MAX_UNACKED;
  }
}
