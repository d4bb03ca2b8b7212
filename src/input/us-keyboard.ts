import {MODIFIER} from '../protocol.js';

/** A key, with the members of the DOM's KeyboardEvent. */
export interface Key {
  readonly key: string;
  readonly code: string;
  readonly keyCode: number;
  readonly location: number;
}

/** Keys whose `code` is their name. The modifiers' codes also have a side. */
const NAMED: Readonly<Record<string, number>> = {
  Backspace: 8, Tab: 9, Enter: 13, Shift: 16, Control: 17, Alt: 18, Pause: 19, CapsLock: 20, Escape: 27, PageUp: 33, PageDown: 34,
  End: 35, Home: 36, ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40, PrintScreen: 44, Insert: 45, Delete: 46, Meta: 91,
  ContextMenu: 93, NumLock: 144, ScrollLock: 145,
};
/** The characters of each key, without and with Shift: first the digits, then the keys of `MARK_CODES`. */
const KEYS = '0)1!2@3#4$5%6^7&8*9(;:=+,<-_.>/?`~[{\\|]}\'"';
const MARK_CODES = ['Semicolon', 'Equal', 'Comma', 'Minus', 'Period', 'Slash', 'Backquote', 'BracketLeft', 'Backslash', 'BracketRight', 'Quote'];

/** The modifier keys by their names, with their bits. */
export const MODIFIER_BITS: ReadonlyMap<string, number> = new Map([
  ['Alt', MODIFIER.alt], ['Control', MODIFIER.control], ['Meta', MODIFIER.meta], ['Shift', MODIFIER.shift],
]);

/**
 * The key of a US keyboard that has this name or types this character. For a character that no key types, `code` is empty. Undefined for
 * an unknown name.
 */
export function keyNamed(key: string): Key | undefined {
  if (isCharacter(key)) return {key, ...placeOf(key), location: 0};
  const [, number] = /^F([1-9]|1\d|2[0-4])$/.exec(key) ?? [];
  const keyCode = number ? 111 + Number(number) : Object.hasOwn(NAMED, key) && NAMED[key];
  const isModifier = MODIFIER_BITS.has(key);
  return keyCode ? {key, code: isModifier ? `${key}Left` : key, keyCode, location: Number(isModifier)} : undefined;
}

/** Whether a `key` is one character. Otherwise it is a key's name. */
export function isCharacter(key: string): boolean {
  return /^.$/u.test(key);
}

/**
 * The character that a character's key types with or without Shift. Without Shift, a letter is lower case, because shortcuts are often
 * written with capitals.
 */
export function withShift(character: string, isShifted: boolean): string {
  if (!isShifted) return /[A-Z]/.test(character) ? character.toLowerCase() : character;
  const at = KEYS.indexOf(character);
  return at < 0 ? character.toUpperCase() : KEYS.charAt(at | 1);
}

function placeOf(character: string): {code: string; keyCode: number} {
  if (character === ' ') return {code: 'Space', keyCode: 32};
  const upper = character.toUpperCase();
  if (/^[A-Z]$/.test(upper)) return {code: `Key${upper}`, keyCode: upper.charCodeAt(0)};
  const at = KEYS.indexOf(character) >> 1;
  if (at < 0) return {code: '', keyCode: 0};
  // On Windows, the key codes of the punctuation keys are in two ranges.
  return at < 10 ? {code: `Digit${at}`, keyCode: 48 + at} : {code: MARK_CODES[at - 10] ?? '', keyCode: at < 17 ? 176 + at : 202 + at};
}
