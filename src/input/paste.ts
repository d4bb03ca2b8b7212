import {MAX_PASTE_BYTES} from '../protocol.js';
import type {PasteMessage, PasteType} from '../protocol.js';

/** A paste, as it is sent to the session. */
export interface Paste {
  readonly message: PasteMessage;
  /** The bytes of each item. */
  readonly parts: readonly (Uint8Array<ArrayBuffer> | Blob)[];
}

/**
 * Reads the viewer's clipboard in the formats that the session accepts. A plain paste is text only. A format that would exceed
 * the size limit together with those before it is left out.
 * @returns undefined if the clipboard has none of the formats, or none fits.
 */
export function pasteOf({text, data, isPlain}: {readonly text: string; readonly data: DataTransfer; readonly isPlain: boolean}): Paste | undefined {
  const html = isPlain ? '' : data.getData('text/html');
  const picture = isPlain ? undefined : [...data.files].find(({type}) => type === 'image/png');
  const encoder = new TextEncoder();
  const items: {type: PasteType; size: number}[] = [];
  const parts: (Uint8Array<ArrayBuffer> | Blob)[] = [];
  let left = MAX_PASTE_BYTES;
  const add = (type: PasteType, part: Uint8Array<ArrayBuffer> | Blob) => {
    const size = part instanceof Blob ? part.size : part.length;
    if (!size || size > left) return;
    left -= size;
    items.push({type, size});
    parts.push(part);
  };
  add('text/plain', encoder.encode(text));
  add('text/html', encoder.encode(html));
  if (picture) add('image/png', picture);
  return items.length > 0 ? {message: {type: 'paste', items}, parts} : undefined;
}
