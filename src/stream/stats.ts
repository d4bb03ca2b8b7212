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
}

/** How far back `fps` and `decodeMs` look. */
const WINDOW_MS = 2000;
/** Counts what the stream does. */
export class StatsRecorder {
  framesReceived = 0;
  framesPainted = 0;
  framesDropped = 0;
  bytesReceived = 0;
  reconnects = 0;
  inputsSent = 0;
  /** The paints of the window, the oldest first. */
  #paints: {readonly atMs: number; readonly decodeMs: number}[] = [];

  /** A frame is on the canvas. */
  painted(decodeMs: number): void {
    this.framesPainted++;
    this.#paints.push({atMs: performance.now(), decodeMs});
    this.#forget();
  }

  read(roundTripMs: number | null): LiveViewStats {
    this.#forget();
    const decodes = this.#paints.map(({decodeMs}) => decodeMs).sort((a, b) => a - b);
    // With the counts, which are all that is not private in here.
    return {...this, fps: decodes.length / (WINDOW_MS / 1000), decodeMs: decodes[decodes.length >> 1] ?? 0, roundTripMs};
  }

  #forget(): void {
    const sinceMs = performance.now() - WINDOW_MS;
    while (this.#paints[0] && this.#paints[0].atMs < sinceMs) this.#paints.shift();
  }
}
