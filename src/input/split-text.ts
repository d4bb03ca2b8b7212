import {MAX_PLAYER_MESSAGE_BYTES, encode} from '../protocol.js';
import type {TextMessage} from '../protocol.js';

/** Text as messages that are short enough, cut between two code points. */
export function textMessages(text: string): TextMessage[] {
  const message: TextMessage = {type: 'text', text};
  const bytes = new TextEncoder().encode(encode(message)).length;
  if (bytes <= MAX_PLAYER_MESSAGE_BYTES) return text ? [message] : [];
  let middle = text.length >> 1;
  if (/[\uD800-\uDBFF]/.test(text.charAt(middle - 1))) middle--;
  return [...textMessages(text.slice(0, middle)), ...textMessages(text.slice(middle))];
}

/** What a person calls characters: an emoji of several code points is one. */
export function graphemes(text: string): number {
  return [...new Intl.Segmenter().segment(text)].length;
}
