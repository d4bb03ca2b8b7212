import {MAX_PLAYER_MESSAGE_BYTES, encode} from '../protocol.js';
import type {TextMessage} from '../protocol.js';

/** Splits a text into messages of the allowed length, between characters. */
export function textMessages(text: string): TextMessage[] {
  const message: TextMessage = {type: 'text', text};
  const bytes = new TextEncoder().encode(encode(message)).length;
  if (bytes <= MAX_PLAYER_MESSAGE_BYTES) return text ? [message] : [];
  const middle = cutNear(text, text.length >> 1);
  return [...textMessages(text.slice(0, middle)), ...textMessages(text.slice(middle))];
}

const EMOJI = String.raw`(?:\p{EBase}\p{VS}?\p{EMod}|\p{Emoji}\p{VS}?)(?:[\u{e0020}-\u{e007e}]+\u{e007f})?`;
/**
 * What one Backspace deletes in Chromium (`backspace_state_machine.cc`): an emoji of any number of code points, a flag, or a character with
 * its variation selector. Of letters with marks, in any script, it deletes one code point.
 */
const BACKSPACE_UNIT = new RegExp(String.raw`\r\n|\p{RI}{1,2}|[#*\d]\p{VS}?\u20e3|${EMOJI}(?:\u200d${EMOJI})*|\P{M}\p{VS}|[^]`, 'gu');

/** Splits a text into the pieces that one Backspace each deletes in the session. */
export function backspaceUnits(text: string): readonly string[] {
  return text.match(BACKSPACE_UNIT) ?? [];
}

/** Finds a cut near the middle. The segmenter gets only the text around it, because it reads everything that it is given. */
function cutNear(text: string, middle: number): number {
  const from = Math.max(0, middle - 64);
  const start = new Intl.Segmenter().segment(text.slice(from, middle + 64)).containing(middle - from)?.index ?? 0;
  if (start > 0) return from + start;
  const isInPair = /[\uDC00-\uDFFF]/.test(text.charAt(middle)) && /[\uD800-\uDBFF]/.test(text.charAt(middle - 1));
  return isInPair ? middle - 1 : middle;
}
