/** How a snapshot is encoded. */
export interface SnapshotOptions {
  /** A MIME type; default `image/png`. */
  readonly type?: string;
  /** 0 to 1, for a lossy type. */
  readonly quality?: number;
}
