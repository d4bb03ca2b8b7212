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
