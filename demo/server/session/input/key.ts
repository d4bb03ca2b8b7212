import type {Protocol} from 'devtools-protocol';
import type {KeyMessage} from 'chaser-live-view/protocol';
import {MODIFIER} from 'chaser-live-view/protocol';

type Params = Protocol.Input.DispatchKeyEventRequest;

/** The Mac's editing shortcuts. Chromium on other systems knows them only as editing commands. */
const META_COMMANDS: ReadonlyMap<string, string> = new Map([
  ['a', 'selectAll'], ['c', 'copy'], ['v', 'paste'], ['x', 'cut'], ['z', 'undo'], ['Z', 'redo'],
]);
/** `keyCode` of a key that an input method has handled. */
const PROCESS = 229;

/** The text that a keydown types in a session. Undefined if it types none. The viewer's own `text` counts, if it is sent. */
export function textOf({key, keyCode, modifiers, text}: KeyMessage): string | undefined {
  if (key === 'Enter') return (modifiers & MODIFIER.alt) === 0 ? '\r' : undefined;
  if (text !== undefined) return text || undefined;
  if (keyCode === PROCESS || !isText(key)) return undefined;
  return (modifiers & (MODIFIER.alt | MODIFIER.control | MODIFIER.meta)) === 0 || isAltCharacter(key, modifiers) ? key : undefined;
}

/** Whether a key's name is the text that it types. Names of other keys have two or more ASCII letters (UI Events `key`). */
function isText(key: string): boolean {
  return key >= ' ' && key !== '\x7f' && ([...key].length === 1 || !/^\w+$/.test(key));
}

/**
 * Whether Alt made the character: as AltGr (Control with Alt, on Windows), or as Option on a Mac. Such characters are neither
 * ASCII letters nor digits, which stay shortcuts.
 */
function isAltCharacter(key: string, modifiers: number): boolean {
  if ((modifiers & MODIFIER.alt) === 0 || (modifiers & MODIFIER.meta) !== 0) return false;
  return (modifiers & MODIFIER.control) !== 0 ? !/^[\w ]$/.test(key) : key > '\x7f';
}

/** The CDP command for a keydown. */
export function keyDown(message: KeyMessage): Params {
  const text = textOf(message);
  // Chromium refuses a `text` of several characters; that needs `Input.insertText`.
  const isTyped = text !== undefined && [...text].length === 1;
  const modifiers = isTyped && text !== '\r' && (message.text !== undefined || isAltCharacter(text, message.modifiers))
    // With Control and Alt, nothing would be inserted.
    ? message.modifiers & MODIFIER.shift : message.modifiers;
  const command = (message.modifiers & MODIFIER.meta) === 0 ? undefined : META_COMMANDS.get(message.key);
  return {
    ...common(message), modifiers, type: isTyped ? 'keyDown' : 'rawKeyDown', autoRepeat: message.repeat,
    ...(isTyped && {text, unmodifiedText: text}),
    ...(command !== undefined && {commands: [command]}),
  };
}

/** The CDP command for a keyup. */
export function keyUp(message: KeyMessage): Params {
  return {...common(message), modifiers: message.modifiers, type: 'keyUp'};
}

function common(message: KeyMessage): Pick<Params, 'key' | 'code' | 'windowsVirtualKeyCode' | 'location' | 'isKeypad'> {
  const {key, code, location} = message;
  return {
    key, code, windowsVirtualKeyCode: keyCodeOf(message),
    // CDP's location is left or right. The keypad has a member of its own.
    ...(location === 1 || location === 2 ? {location} : location === 3 && {isKeypad: true}),
  };
}

/**
 * A key code with the same meaning for Chromium. A viewer that sends the character's code instead would press
 * Delete with a full stop, F1 with a `p` and the number pad with an `a`.
 */
function keyCodeOf({key, code, keyCode}: KeyMessage): number {
  if (keyCode === PROCESS) return keyCode;
  if (/^[a-z]$/i.test(key)) return key.toUpperCase().charCodeAt(0);
  const isEditingKey = keyCode >= 33 && keyCode <= 46;
  if (keyCode !== 0 && !(isEditingKey && [...key].length === 1)) return keyCode;
  return CODES.get(code) ?? NAMES.get(key) ?? 0;
}

/** Key codes by `code`, on the layout that the numbers come from. */
const CODES: ReadonlyMap<string, number> = new Map([
  ...[...'0123456789'].map((digit): [string, number] => [`Digit${digit}`, digit.charCodeAt(0)]),
  ...[...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter): [string, number] => [`Key${letter}`, letter.charCodeAt(0)]),
  ['Semicolon', 186], ['Equal', 187], ['Comma', 188], ['Minus', 189], ['Period', 190], ['Slash', 191], ['Backquote', 192],
  ['BracketLeft', 219], ['Backslash', 220], ['BracketRight', 221], ['Quote', 222], ['IntlBackslash', 226],
]);

/** Key codes by `key`, for the keys that edit and navigate. */
const NAMES: ReadonlyMap<string, number> = new Map([
  ['Backspace', 8], ['Tab', 9], ['Enter', 13], ['Shift', 16], ['Control', 17], ['Alt', 18], ['Escape', 27], [' ', 32],
  ['PageUp', 33], ['PageDown', 34], ['End', 35], ['Home', 36], ['ArrowLeft', 37], ['ArrowUp', 38], ['ArrowRight', 39],
  ['ArrowDown', 40], ['Insert', 45], ['Delete', 46], ['Meta', 91],
]);
