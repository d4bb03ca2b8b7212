import type {KeyPress} from '../../src/input/keys.js';

/** `key code keyCode`, then what is held: `control alt shift meta altgraph repeat`. A code of `-` is none. */
export function keyPress(text: string): KeyPress & {readonly isComposing: boolean} {
  const [key = '', code = '', keyCode = '', ...held] = text.split(' ');
  return {
    key, code: code === '-' ? '' : code, keyCode: Number(keyCode), isComposing: false,
    location: code.startsWith('Numpad') ? 3 : code.endsWith('Right') ? 2 : code.endsWith('Left') && !code.startsWith('A') ? 1 : 0,
    repeat: held.includes('repeat'), altKey: held.includes('alt'), ctrlKey: held.includes('control'), metaKey: held.includes('meta'),
    shiftKey: held.includes('shift'), getModifierState: (name) => name === 'AltGraph' && held.includes('altgraph'),
  };
}

/** What a keydown or keyup of another system's keyboard would be: `+` or `-`, then as for `keyPress`. */
export function keyEvent(text: string): KeyboardEvent {
  const {key, code, keyCode, location, repeat, altKey, ctrlKey, metaKey, shiftKey, getModifierState} = keyPress(text.slice(1));
  return new KeyboardEvent(text.startsWith('+') ? 'keydown' : 'keyup', {
    key, code, keyCode, location, repeat, altKey, ctrlKey, metaKey, shiftKey, modifierAltGraph: getModifierState('AltGraph'),
    bubbles: true, cancelable: true, composed: true,
  });
}
