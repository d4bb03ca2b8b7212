import {MAX_PLAYER_MESSAGE_BYTES, encode} from '../protocol.js';
import type {TextMessage} from '../protocol.js';

/** Text as messages that are short enough, cut where no character falls apart. */
export function textMessages(text: string): TextMessage[] {
  const message: TextMessage = {type: 'text', text};
  const bytes = new TextEncoder().encode(encode(message)).length;
  if (bytes <= MAX_PLAYER_MESSAGE_BYTES) return text ? [message] : [];
  const middle = cutNear(text, text.length >> 1);
  return [...textMessages(text.slice(0, middle)), ...textMessages(text.slice(middle))];
}

/** What a person calls characters: an emoji of several code points is one. */
export function graphemes(text: string): number {
  return [...new Intl.Segmenter().segment(text)].length;
}

/** Looks at the neighbourhood only: a segmenter reads all that it is given. */
function cutNear(text: string, middle: number): number {
  const from = Math.max(0, middle - 64);
  const start = new Intl.Segmenter().segment(text.slice(from, middle + 64)).containing(middle - from)?.index ?? 0;
  if (start > 0) return from + start;
  const isInPair = /[\uDC00-\uDFFF]/.test(text.charAt(middle)) && /[\uD800-\uDBFF]/.test(text.charAt(middle - 1));
  return isInPair ? middle - 1 : middle;
}
