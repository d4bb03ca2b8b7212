import {LiveViewError} from '../errors.js';
import {ClipboardTextEvent, LiveViewErrorEvent} from '../events.js';
import type {ClipboardMessage} from '../protocol.js';

export interface ClipboardOptions {
  /** Whether the session accepts input now. */
  readonly isAccepted: () => boolean;
  /** Fires an event at the element. Returns false if a listener canceled it. */
  readonly dispatch: (event: Event) => boolean;
}

interface Copied {
  readonly text: string;
  readonly html: string | undefined;
}

/** How long after a press, a tap or a key a copy may still belong to it: a second, and the time of a slow network. */
const OWN_INPUT_MS = 5000;

/** The viewer's clipboard. Written without a prompt, and read only in the `paste` event. */
export class ViewerClipboard {
  readonly #options: ClipboardOptions;
  #inputAtMs = -Infinity;
  /** Content that the browser did not let through yet. The person's next click or key tries again. */
  #waiting: Copied | undefined;

  constructor(options: ClipboardOptions) {
    this.#options = options;
  }

  /** Something was pressed or tapped, which may cause the next copy. */
  noteInput(): void {
    this.#inputAtMs = performance.now();
  }

  /**
   * Something was copied in the session. An empty text, from a server that answers every `copy`, leaves the viewer's clipboard unchanged.
   * `area` is a field for copying with `execCommand`, and keeps its content.
   */
  receive({text, html, by}: ClipboardMessage, area: HTMLTextAreaElement | undefined): void {
    const {dispatch, isAccepted} = this.#options;
    if (!text && !html) return;
    // A server that does not say who copied only answers `copy` messages, so the copy is this viewer's.
    const isOwn = !by || (by === 'person' && performance.now() - this.#inputAtMs < OWN_INPUT_MS);
    if (dispatch(new ClipboardTextEvent(text, html, by)) && isOwn && isAccepted()) void this.#write({text, html}, area);
  }

  /** After a click or key of the person, the browser may allow what it refused before. */
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
      // Not a secure context, a frame without permission, or no recent click or key. `execCommand` needs less of these.
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
