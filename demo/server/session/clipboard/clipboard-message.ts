import {type ClipboardMessage, encode, MAX_SERVER_MESSAGE_BYTES} from 'chaser-live-view/protocol';
import type {Copied} from './content.js';

/** The message about a copy: the text, cut to fit into a message, and its HTML if there is room for all of it. */
export function clipboardMessage({text, html}: Copied, by: 'person' | 'page'): ClipboardMessage {
  const whole: ClipboardMessage = {type: 'clipboard', text, by, ...(html && {html})};
  return fits(whole) ? whole : {type: 'clipboard', text: cutToFit(text), by};
}

/** The beginning of a text, as much as fits into a message, without cutting a character in half. */
export function cutToFit(text: string): string {
  const isShort = (length: number) => fits({type: 'clipboard', text: text.slice(0, length), by: 'person'});
  if (isShort(text.length)) return text;
  let [short, tooLong] = [0, Math.min(text.length, MAX_SERVER_MESSAGE_BYTES)];
  while (tooLong - short > 1) {
    const middle = (short + tooLong) >> 1;
    if (isShort(middle)) short = middle;
    else tooLong = middle;
  }
  const isHalf = /[\uD800-\uDBFF]$/.test(text.slice(0, short));
  return text.slice(0, isHalf ? short - 1 : short);
}

function fits(message: ClipboardMessage): boolean {
  return Buffer.byteLength(encode(message)) <= MAX_SERVER_MESSAGE_BYTES;
}
