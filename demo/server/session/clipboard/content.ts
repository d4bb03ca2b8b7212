/** What is pasted: each form that the viewer's clipboard has. */
export interface Pasted {
  readonly text?: string;
  readonly html?: string;
  /** A PNG, in base64. */
  readonly png?: string;
}

/** What was copied; a form that the clipboard has not is empty. */
export interface Copied {
  readonly text: string;
  readonly html: string;
}

/** What the helper page answers to the server: see `in-helper.ts`. */
export interface HelperClipboard {
  /** Puts something on the session's clipboard, unless it is there already. */
  put(pasted: Pasted): Promise<void>;
}
