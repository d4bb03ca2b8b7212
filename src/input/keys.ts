import {MODIFIER} from '../protocol.js';
import type {KeyMessage} from '../protocol.js';
import {MODIFIER_BITS, isCharacter, keyNamed, withShift} from './us-keyboard.js';
import type {Key} from './us-keyboard.js';

const {alt: ALT, control: CONTROL, meta: META, shift: SHIFT} = MODIFIER;

/** Whose keyboard it is. A phone or tablet by Apple is a Mac: its Command and Option keys are a Mac's. */
export type Platform = 'mac' | 'windows' | 'other';

export type ModifierFlags = Pick<KeyboardEvent, 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;
export type KeyPress = ModifierFlags & Pick<KeyboardEvent, 'key' | 'code' | 'keyCode' | 'location' | 'repeat' | 'getModifierState'>;

/** A key with the modifiers it is pressed with. */
export interface Stroke extends Key {
  readonly modifiers: number;
}

/** What a person means by a combination, beyond its key. */
export type Shortcut = 'paste' | 'copy' | 'cut' | 'browser' | undefined;

/** Keys of the viewer's own input method. `Process` and `Unidentified` are what it makes of all others. */
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

/** The modifiers that a session, which is no Mac, gets of the viewer's: a Mac's Command is its Control. */
export function modifiersOf(event: ModifierFlags, platform: Platform): number {
  const flags = flagsOf(event);
  return platform === 'mac' && flags & META ? (flags & ~META) | CONTROL : flags;
}

/** Whether the viewer's input method makes the text of this key, and not the session. */
export function isForInputMethod(event: Pick<KeyboardEvent, 'key' | 'keyCode' | 'isComposing'>): boolean {
  return event.isComposing || event.keyCode === 229 || INPUT_METHOD_KEY.test(event.key) || !/^([A-Z]\w*|.)$/u.test(event.key);
}

/** The bit of a modifier key; 0 for any other. */
export function modifierBit(event: Pick<KeyPress, 'key' | 'code'>): number {
  return MODIFIER_BITS.get(keyOf(event)) ?? 0;
}

/** What the session gets for a key: on a Mac, what the person would press on another machine. */
export function strokesOf(event: KeyPress, platform: Platform, hasAltGraph = false): readonly [Stroke, ...Stroke[]] {
  const key = keyOf(event);
  const isMac = platform === 'mac';
  let modifiers = modifiersOf(event, platform);
  if (isCharacter(key)) {
    // On Windows AltGr is Control and Alt as well; with them, or with a Mac's Option, the session would type nothing.
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

/** What a key types as it goes down, where it is one of those that type: the session can't know the layout. */
export function typedBy({key, modifiers}: Pick<Stroke, 'key' | 'modifiers'>): Pick<KeyMessage, 'text'> | undefined {
  if (key === 'Dead') return {text: ''};
  return isCharacter(key) ? {text: modifiers & (ALT | CONTROL | META) ? '' : key} : undefined;
}

const ARROWS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'];

/** The keys by which a Mac moves and deletes by words, lines and documents. */
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

/** W, T, N, Tab, PageUp, PageDown and F4 with Control open, close and change windows and tabs. */
const KEPT_BY_BROWSERS: ReadonlySet<number> = new Set([87, 84, 78, 9, 33, 34, 115]);

/** The combinations that need more than their keys, or are the viewer's browser's own. */
export function shortcutOf(event: KeyPress, platform: Platform): Shortcut {
  const isMac = platform === 'mac';
  const {keyCode} = event;
  const [{modifiers}] = strokesOf(event, platform);
  const unshifted = modifiers & ~SHIFT;
  if (unshifted === CONTROL) {
    if (KEPT_BY_BROWSERS.has(keyCode) || (isMac && keyCode === 81)) return 'browser';
    if (keyCode === 86) return 'paste';
  }
  // A Mac's paste without the form: ⌥⇧⌘V.
  if (isMac && modifiers === (CONTROL | SHIFT | ALT) && keyCode === 86) return 'paste';
  if (unshifted === ALT && keyCode === 115) return 'browser';
  if (modifiers === CONTROL) return keyCode === 88 ? 'cut' : keyCode === 67 || event.key === 'Insert' ? 'copy' : undefined;
  if (modifiers !== SHIFT || isMac) return undefined;
  return event.key === 'Insert' ? 'paste' : event.key === 'Delete' ? 'cut' : undefined;
}

/**
 * The strokes of a combination such as `Control+Shift+A` or `Control++`, in the order they are pressed.
 * @throws {TypeError} when a name is no key's, or one before the last is no modifier's.
 */
export function strokesFor(combination: string): readonly Stroke[] {
  // A plus is between two names, unless it is the last one.
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

/** X11 calls Alt with Shift Meta. */
function keyOf({key, code}: Pick<KeyPress, 'key' | 'code'>): string {
  return key === 'Meta' && code.startsWith('Alt') ? 'Alt' : key;
}
