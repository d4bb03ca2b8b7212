/** A file as the page is to see it; on the disk it is called by its id. */
export interface FileLabel {
  readonly id: string;
  readonly name: string;
  /** Its MIME type, as the person's own browser says. */
  readonly type: string;
}

/** What a document's own world knows of the file inputs in it: the global `chaserFiles` there. */
export interface DocumentFiles {
  /** Whose it is. */
  readonly document: Document;
  /** Never settles: whoever waits for it hears that the document is gone. */
  readonly end: Promise<never>;
  /** Resolves when files were chosen in the input, by whomever, or none were. */
  settled(input: HTMLInputElement): Promise<void>;
  /** The input is about to get these files. */
  label(input: HTMLInputElement, files: readonly FileLabel[]): void;
  /** Has the labelled files be called as they are labelled; it happens by itself before the page hears of them. */
  rename(): void;
}
