import {MODIFIER} from '../protocol.js';
import type {KeyMessage} from '../protocol.js';
import {MODIFIER_BITS, isCharacter, keyNamed, withShift} from './us-keyboard.js';
import type {Key} from './us-keyboard.js';

const {alt: ALT, control: CONTROL, meta: META, shift: SHIFT} = MODIFIER;

/** The platform of the viewer's keyboard. An Apple phone or tablet counts as a Mac, because it has a Mac's Command and Option keys. */
export type Platform = 'mac' | 'windows' | 'other';

export type ModifierFlags = Pick<KeyboardEvent, 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;
export type KeyPress = ModifierFlags & Pick<KeyboardEvent, 'key' | 'code' | 'keyCode' | 'location' | 'repeat' | 'getModifierState'>;

/** A key with its modifiers. */
export interface Stroke extends Key {
  readonly modifiers: number;
}

/** What a combination means, beyond its key. */
export type Shortcut = 'paste' | 'copy' | 'cut' | 'browser' | undefined;

/** Keys of the viewer's own input method. It reports all other keys as `Process` or `Unidentified`. */
const INPUT_METHOD_KEY = /^(Process|Unidentified|Han|Hira|Jun|Kan|Kat|Roma|Zen|Eisu|Alpha|Convert|Non|Mode|Code|All|Prev)/;

/** Firefox has its own numbers for some keys: https://developer.mozilla.org/docs/Web/API/KeyboardEvent/keyCode */
const KEY_CODES_OF_FIREFOX: Readonly<Record<number, number>> = {59: 186, 60: 226, 61: 187, 63: 219, 160: 220, 163: 191, 171: 187, 173: 189, 224: 91};

export function platformOf({platform}: Pick<Navigator, 'platform'>): Platform {
  return /^(Mac|iP)/.test(platform) ? 'mac' : platform.startsWith('Win') ? 'windows' : 'other';
}

/** The viewer's own modifiers as bits. */
export function flagsOf(event: ModifierFlags): number {
  return (event.altKey ? ALT : 0) | (event.ctrlKey ? CONTROL : 0) | (event.metaKey ? META : 0) | (event.shiftKey ? SHIFT : 0);
}

/** The modifiers for the session, which is not a Mac: a Mac's Command becomes Control. */
export function modifiersOf(event: ModifierFlags, platform: Platform): number {
  const flags = flagsOf(event);
  return platform === 'mac' && flags & META ? (flags & ~META) | CONTROL : flags;
}

/** Whether the viewer's input method makes the text of this key, and not the session. */
export function isForInputMethod(event: Pick<KeyboardEvent, 'key' | 'keyCode' | 'isComposing'>): boolean {
  return event.isComposing || event.keyCode === 229 || INPUT_METHOD_KEY.test(event.key) || !/^([A-Z]\w*|.)$/u.test(event.key);
}

/** The bit of a modifier key. 0 for any other key. */
export function modifierBit(event: Pick<KeyPress, 'key' | 'code'>): number {
  return MODIFIER_BITS.get(keyOf(event)) ?? 0;
}

/** The key for the session. On a Mac, it is what the person would press on another computer. */
export function strokesOf(event: KeyPress, platform: Platform, hasAltGraph = false): readonly [Stroke, ...Stroke[]] {
  const key = keyOf(event);
  const isMac = platform === 'mac';
  let modifiers = modifiersOf(event, platform);
  if (isCharacter(key)) {
    // On Windows, AltGr also counts as Control and Alt. With these, or with a Mac's Option, the session would type nothing.
    if (isMac) modifiers &= ~(modifiers & CONTROL ? 0 : ALT);
    else if (hasAltGraph || event.getModifierState('AltGraph')) modifiers &= ~(ALT | CONTROL);
  }
  const known = keyNamed(key);
  const stroke = {
    key, code: event.code || (known?.code ?? ''), location: event.location, modifiers,
    keyCode: KEY_CODES_OF_FIREFOX[event.keyCode] ?? (event.keyCode || (known?.keyCode ?? 0)),
  };
  return isMac ? macStrokes(stroke, event) : [stroke];
}

/** The text that a key types when it goes down, if it types any, because the session can't know the layout. */
export function typedBy({key, modifiers}: Pick<Stroke, 'key' | 'modifiers'>): Pick<KeyMessage, 'text'> | undefined {
  if (key === 'Dead') return {text: ''};
  return isCharacter(key) ? {text: modifiers & (ALT | CONTROL | META) ? '' : key} : undefined;
}

const ARROWS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'];

/** The keys with which a Mac moves and deletes by words, lines and documents. */
function macStrokes(stroke: Stroke, {metaKey, altKey}: ModifierFlags): readonly [Stroke, ...Stroke[]] {
  const {key, modifiers} = stroke;
  const arrow = ARROWS.indexOf(key);
  const bare = modifiers & ~CONTROL;
  if (metaKey) {
    if (arrow >= 0) return [named(arrow & 1 ? 'End' : 'Home', arrow > 1 ? modifiers : bare)];
    if (key === 'Backspace') return [named('Home', bare | SHIFT), {...stroke, modifiers: bare}];
  } else if (altKey && (arrow === 0 || arrow === 1 || key === 'Backspace' || key === 'Delete')) {
    return [{...stroke, modifiers: (modifiers & ~ALT) | CONTROL}];
  }
  return [stroke];
}

/** With Control, W, T, N, Tab, PageUp, PageDown and F4 open, close and switch windows and tabs. */
const KEPT_BY_BROWSERS: ReadonlySet<number> = new Set([87, 84, 78, 9, 33, 34, 115]);

/** The combinations that need more than their keys, or that the viewer's browser keeps. */
export function shortcutOf(event: KeyPress, platform: Platform): Shortcut {
  const isMac = platform === 'mac';
  const {keyCode} = event;
  const [{modifiers}] = strokesOf(event, platform);
  const unshifted = modifiers & ~SHIFT;
  if (unshifted === CONTROL) {
    if (KEPT_BY_BROWSERS.has(keyCode) || (isMac && keyCode === 81)) return 'browser';
    if (keyCode === 86) return 'paste';
  }
  // A Mac's paste as plain text: ⌥⇧⌘V.
  if (isMac && modifiers === (CONTROL | SHIFT | ALT) && keyCode === 86) return 'paste';
  if (unshifted === ALT && keyCode === 115) return 'browser';
  if (modifiers === CONTROL) return keyCode === 88 ? 'cut' : keyCode === 67 || event.key === 'Insert' ? 'copy' : undefined;
  if (modifiers !== SHIFT || isMac) return undefined;
  return event.key === 'Insert' ? 'paste' : event.key === 'Delete' ? 'cut' : undefined;
}

/**
 * The keys of a combination such as `Control+Shift+A` or `Control++`, in the order in which they are pressed.
 * @throws {TypeError} when a name is not a key's, or a name before the last is not a modifier's.
 */
export function strokesFor(combination: string): readonly Stroke[] {
  // A plus separates two names, unless it is the last character.
  const names = combination.split(/\+(?!$)/);
  const strokes: Stroke[] = [];
  let modifiers = 0;
  for (const name of names) {
    const bit = MODIFIER_BITS.get(name) ?? 0;
    const key = keyNamed(isCharacter(name) && modifiers ? withShift(name, (modifiers & SHIFT) !== 0) : name);
    if (!key || (!bit && strokes.length < names.length - 1)) {
      throw new TypeError(`There is no key combination '${combination}'. One is Control+Shift+ArrowLeft.`);
    }
    modifiers |= bit;
    strokes.push({...key, modifiers});
  }
  return strokes;
}

/** The key of a US keyboard that has this name. */
export function named(name: string, modifiers: number): Stroke {
  return {...(keyNamed(name) ?? {key: name, code: name, keyCode: 0, location: 0}), modifiers};
}

/** X11 reports Alt with Shift as Meta. */
function keyOf({key, code}: Pick<KeyPress, 'key' | 'code'>): string {
  return key === 'Meta' && code.startsWith('Alt') ? 'Alt' : key;
}
