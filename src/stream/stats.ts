import type {FrameCounts} from './thread-messages.js';

/** How the stream is doing. Times are in milliseconds. */
export interface LiveViewStats {
  /** Frames since the element connected, over all its sockets. */
  readonly framesReceived: number;
  readonly framesPainted: number;
  /** Frames that were not painted: a newer one was there first, or they were bad. */
  readonly framesDropped: number;
  readonly bytesReceived: number;
  /** Frames painted a second, over the last two seconds. */
  readonly fps: number;
  /** Median time from a frame's bytes to its bitmap, over the last two seconds. */
  readonly decodeMs: number;
  /** The last ping's round trip; null where the server answers none. */
  readonly roundTripMs: number | null;
  readonly reconnects: number;
  readonly inputsSent: number;
  /** Where frames are painted: in the worker, where the page may start one and the engine gains by it, else on the page. */
  readonly thread: 'page' | 'worker';
}

/** How far back `fps` and `decodeMs` look. */
const WINDOW_MS = 2000;
/** Paints that are remembered; more than a display shows in the window. */
const RING_SIZE = 512;

/** Counts what the stream does, without allocating for each frame. */
export class StatsRecorder {
  framesReceived = 0;
  framesPainted = 0;
  framesDropped = 0;
  bytesReceived = 0;
  reconnects = 0;
  inputsSent = 0;
  readonly #paintedAtMs = new Float64Array(RING_SIZE);
  readonly #decodeMs = new Float64Array(RING_SIZE);

  /** So many have come and gone. */
  count({received, bytes, dropped}: FrameCounts): void {
    this.framesReceived += received;
    this.bytesReceived += bytes;
    this.framesDropped += dropped;
  }

  /** A frame is on the canvas. */
  painted(decodeMs: number): void {
    const slot = this.framesPainted++ % RING_SIZE;
    this.#paintedAtMs[slot] = performance.now();
    this.#decodeMs[slot] = decodeMs;
  }

  read(roundTripMs: number | null, thread: LiveViewStats['thread']): LiveViewStats {
    const recent = this.#recentDecodes();
    // With the counts, which are all that is not private in here.
    return {...this, fps: recent.length / (WINDOW_MS / 1000), decodeMs: recent[recent.length >> 1] ?? 0, roundTripMs, thread};
  }

  /** The decode times of the window, shortest first. */
  #recentDecodes(): Float64Array {
    const sinceMs = performance.now() - WINDOW_MS;
    const filled = Math.min(this.framesPainted, RING_SIZE);
    return this.#decodeMs.slice(0, filled).filter((_, slot) => (this.#paintedAtMs[slot] ?? 0) >= sinceMs).sort();
  }
}
