import {MODIFIER} from '../protocol.js';

/** A key: what it means and which one it is, as the DOM's KeyboardEvent says it. */
export interface Key {
  readonly key: string;
  readonly code: string;
  readonly keyCode: number;
  readonly location: number;
}

/** Keys whose `code` is their name; those of the modifiers get the side. */
const NAMED: Readonly<Record<string, number>> = {
  Backspace: 8, Tab: 9, Enter: 13, Shift: 16, Control: 17, Alt: 18, Pause: 19, CapsLock: 20, Escape: 27, PageUp: 33, PageDown: 34,
  End: 35, Home: 36, ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40, PrintScreen: 44, Insert: 45, Delete: 46, Meta: 91,
  ContextMenu: 93, NumLock: 144, ScrollLock: 145,
};
const MARK_CODES = ['Semicolon', 'Equal', 'Comma', 'Minus', 'Period', 'Slash', 'Backquote', 'BracketLeft', 'Backslash', 'BracketRight', 'Quote'];
/** What each of `MARK_CODES` types, without and with Shift; then the digits. */
const MARKS = ';:=+,<-_.>/?`~[{\\|]}\'"';
const DIGITS = '0)1!2@3#4$5%6^7&8*9(';

/** The modifier keys by their names, with their bits. */
export const MODIFIER_BITS: ReadonlyMap<string, number> = new Map([
  ['Alt', MODIFIER.alt], ['Control', MODIFIER.control], ['Meta', MODIFIER.meta], ['Shift', MODIFIER.shift],
]);

/**
 * The key of a US keyboard that has this name or types this character. A character that no key of it types has no code;
 * a name that is no key's has no answer.
 */
export function keyNamed(key: string): Key | undefined {
  const keyCode = Object.hasOwn(NAMED, key) ? NAMED[key] : undefined;
  if (keyCode) return MODIFIER_BITS.has(key) ? {key, code: `${key}Left`, keyCode, location: 1} : {key, code: key, keyCode, location: 0};
  const [, number] = /^F([1-9]|1\d|2[0-4])$/.exec(key) ?? [];
  if (number) return {key, code: key, keyCode: 111 + Number(number), location: 0};
  return isCharacter(key) ? {key, ...placeOf(key), location: 0} : undefined;
}

/** Whether a `key` is one character, which it types; else it is a key's name. */
export function isCharacter(key: string): boolean {
  return /^.$/u.test(key);
}

/** What the key that types a character types with Shift. */
export function shifted(character: string): string {
  for (const row of [MARKS, DIGITS]) {
    const at = row.indexOf(character);
    if (at >= 0) return row.charAt(at | 1);
  }
  return character.toUpperCase();
}

function placeOf(character: string): {code: string; keyCode: number} {
  if (character === ' ') return {code: 'Space', keyCode: 32};
  const upper = character.toUpperCase();
  if (/^[A-Z]$/.test(upper)) return {code: `Key${upper}`, keyCode: upper.charCodeAt(0)};
  const digit = DIGITS.indexOf(character) >> 1;
  if (digit >= 0) return {code: `Digit${digit}`, keyCode: 48 + digit};
  const mark = MARKS.indexOf(character) >> 1;
  return {code: MARK_CODES[mark] ?? '', keyCode: mark < 0 ? 0 : mark < 7 ? 186 + mark : 212 + mark};
}
