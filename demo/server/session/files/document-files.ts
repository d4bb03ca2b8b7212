/** A file as the page will see it. On the disk, its name is its id. */
export interface FileLabel {
  readonly id: string;
  readonly name: string;
  /** The MIME type, as reported by the person's browser. */
  readonly type: string;
}

/** The global `chaserFiles` in a document's isolated world, for the document's file inputs. */
export interface DocumentFiles {
  /** The document that this object belongs to. */
  readonly document: Document;
  /** Never settles. A CDP command that awaits it fails when the document is gone. */
  readonly end: Promise<never>;
  /** Resolves when somebody has chosen files in the input, or has canceled. */
  settled(input: HTMLInputElement): Promise<void>;
  /** Announces the files that the input is about to get. */
  label(input: HTMLInputElement, files: readonly FileLabel[]): void;
  /** Gives the announced files their names. This also happens by itself before the page receives the event. */
  rename(): void;
}
