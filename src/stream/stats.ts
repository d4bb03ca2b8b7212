import type {FrameCounts} from './thread-messages.js';

/** Counts and times of the stream. Times are in milliseconds. */
export interface LiveViewStats {
  /** Frames received since the element connected, over all its sockets. */
  readonly framesReceived: number;
  readonly framesPainted: number;
  /** Frames that were not painted, because a newer one had arrived or because they were bad. */
  readonly framesDropped: number;
  readonly bytesReceived: number;
  /** Frames painted per second, over the last two seconds. */
  readonly fps: number;
  /** Median time to decode a frame, over the last two seconds. */
  readonly decodeMs: number;
  /** Round-trip time of the last ping. Null if the server does not answer pings. */
  readonly roundTripMs: number | null;
  readonly reconnects: number;
  readonly inputsSent: number;
  /** Where frames are painted: in a worker, or on the page's main thread. */
  readonly thread: 'page' | 'worker';
}

/** The period that `fps` and `decodeMs` cover. */
const WINDOW_MS = 2000;
/** How many paints are remembered: more than a display shows within the period. */
const RING_SIZE = 512;

/** Records the counts and times, without allocating memory for each frame. */
export class StatsRecorder {
  framesReceived = 0;
  framesPainted = 0;
  framesDropped = 0;
  bytesReceived = 0;
  reconnects = 0;
  inputsSent = 0;
  readonly #paintedAtMs = new Float64Array(RING_SIZE);
  readonly #decodeMs = new Float64Array(RING_SIZE);

  /** Adds frames that were received or dropped. */
  count({received, bytes, dropped}: FrameCounts): void {
    this.framesReceived += received;
    this.bytesReceived += bytes;
    this.framesDropped += dropped;
  }

  /** Records that a frame was painted. */
  painted(decodeMs: number): void {
    const slot = this.framesPainted++ % RING_SIZE;
    this.#paintedAtMs[slot] = performance.now();
    this.#decodeMs[slot] = decodeMs;
  }

  read(roundTripMs: number | null, thread: LiveViewStats['thread']): LiveViewStats {
    const recent = this.#recentDecodes();
    // The spread copies the counts: they are the only public fields.
    return {...this, fps: recent.length / (WINDOW_MS / 1000), decodeMs: recent[recent.length >> 1] ?? 0, roundTripMs, thread};
  }

  /** The decode times of the period, shortest first. */
  #recentDecodes(): Float64Array {
    const sinceMs = performance.now() - WINDOW_MS;
    const filled = Math.min(this.framesPainted, RING_SIZE);
    return this.#decodeMs.slice(0, filled).filter((_, slot) => (this.#paintedAtMs[slot] ?? 0) >= sinceMs).sort();
  }
}
