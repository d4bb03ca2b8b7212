/** The viewer's clipboard: written to without a prompt, and never read but by the `paste` event. */
export class ViewerClipboard {
  readonly #onBlocked: () => void;
  /** Text that the browser did not let in yet; the person's next click or key is another chance. */
  #waiting: string | undefined;

  constructor(onBlocked: () => void) {
    this.#onBlocked = onBlocked;
  }

  /** Puts text into the clipboard; `area` is a field to copy from where there is no other way, and is left as it was. */
  async write(text: string, area: HTMLTextAreaElement | undefined): Promise<void> {
    try {
      this.#waiting = undefined;
      await navigator.clipboard.writeText(text);
    } catch {
      // Not a secure context, a frame that may not, or no click or key lately: the old way needs less of these.
      if (copied(text, area)) return;
      this.#waiting = text;
      this.#onBlocked();
    }
  }

  /** The person did something: what could not be written before may be now. */
  retry(area: HTMLTextAreaElement | undefined): void {
    const text = this.#waiting;
    if (text === undefined) return;
    this.#waiting = undefined;
    if (!copied(text, area)) navigator.clipboard?.writeText(text).catch(() => {});
  }
}

function copied(text: string, area: HTMLTextAreaElement | undefined): boolean {
  if (!area?.matches(':focus')) return false;
  const {value, selectionStart, selectionEnd} = area;
  area.value = text;
  area.select();
  try {
    return area.ownerDocument.execCommand('copy');
  } finally {
    area.value = value;
    area.setSelectionRange(selectionStart, selectionEnd);
  }
}
