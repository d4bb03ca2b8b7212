/** The content of a paste, in each format that the viewer's clipboard has. */
export interface Pasted {
  readonly text?: string;
  readonly html?: string;
  /** A PNG, in base64. */
  readonly png?: string;
}

/** The content of a copy. A format that the clipboard does not have is empty. */
export interface Copied {
  readonly text: string;
  readonly html: string;
}

/** The functions of the helper page that the server calls; see `in-helper.ts`. */
export interface HelperClipboard {
  /** Puts content on the session's clipboard, unless the clipboard has it already. */
  put(pasted: Pasted): Promise<void>;
}
