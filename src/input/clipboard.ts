import {LiveViewError} from '../errors.js';
import {ClipboardTextEvent, LiveViewErrorEvent} from '../events.js';
import type {ClipboardMessage} from '../protocol.js';

export interface ClipboardOptions {
  /** Whether input goes to the session now. */
  readonly isAccepted: () => boolean;
  /** Fires an event at the element; false when a listener canceled it. */
  readonly dispatch: (event: Event) => boolean;
}

interface Copied {
  readonly text: string;
  readonly html: string | undefined;
}

/** How long after a press, a tap or a key a copy may still be what the person wanted: what a slow network takes, and a second. */
const OWN_INPUT_MS = 5000;

/** The viewer's clipboard: written to without a prompt, and never read but by the `paste` event. */
export class ViewerClipboard {
  readonly #options: ClipboardOptions;
  #inputAtMs = -Infinity;
  /** What the browser did not let in yet; the person's next click or key is another chance. */
  #waiting: Copied | undefined;

  constructor(options: ClipboardOptions) {
    this.#options = options;
  }

  /** Something was pressed or tapped: what is copied next may be by that. */
  noteInput(): void {
    this.#inputAtMs = performance.now();
  }

  /**
   * Something was copied in the session; nothing, from a server that answers every `copy`, leaves the viewer's clipboard as
   * it is. `area` is a field to copy from where there is no other way, and is left as it was.
   */
  receive({text, html, by}: ClipboardMessage, area: HTMLTextAreaElement | undefined): void {
    const {dispatch, isAccepted} = this.#options;
    if (!text && !html) return;
    // A server that does not say whose copy it was knows of no other than those that it was asked for.
    const isOwn = !by || (by === 'person' && performance.now() - this.#inputAtMs < OWN_INPUT_MS);
    if (dispatch(new ClipboardTextEvent(text, html, by)) && isOwn && isAccepted()) void this.#write({text, html}, area);
  }

  /** The person did something: what could not be written before may be now. */
  retry(area: HTMLTextAreaElement | undefined): void {
    const copied = this.#waiting;
    if (!copied) return;
    this.#waiting = undefined;
    if (!isCopied(copied, area)) put(copied).catch(() => {});
  }

  async #write(copied: Copied, area: HTMLTextAreaElement | undefined): Promise<void> {
    try {
      this.#waiting = undefined;
      await put(copied);
    } catch {
      // Not a secure context, a frame that may not, or no click or key lately: the old way needs less of these.
      if (isCopied(copied, area)) return;
      this.#waiting = copied;
      this.#options.dispatch(new LiveViewErrorEvent(new LiveViewError(
        'clipboard_blocked', 'The browser refused the clipboard. The next click or key tries again.',
      )));
    }
  }
}

async function put({text, html}: Copied): Promise<void> {
  const {clipboard} = navigator;
  if (!html) return clipboard.writeText(text);
  const form = (type: string, data: string) => ({[type]: new Blob([data], {type})});
  await clipboard.write([new ClipboardItem({...form('text/plain', text), ...form('text/html', html)})]);
}

function isCopied({text}: Copied, area: HTMLTextAreaElement | undefined): boolean {
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
