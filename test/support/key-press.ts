import type {KeyPress} from '../../src/input/keys.js';

/** A key event from `key code keyCode`, followed by flags: `control alt shift meta altgraph repeat`. A code of `-` is empty. */
export function keyPress(text: string): KeyPress & {readonly isComposing: boolean} {
  const [key = '', code = '', keyCode = '', ...held] = text.split(' ');
  return {
    key, code: code === '-' ? '' : code, keyCode: Number(keyCode), isComposing: false,
    location: code.startsWith('Numpad') ? 3 : code.endsWith('Right') ? 2 : code.endsWith('Left') && !code.startsWith('A') ? 1 : 0,
    repeat: held.includes('repeat'), altKey: held.includes('alt'), ctrlKey: held.includes('control'), metaKey: held.includes('meta'),
    shiftKey: held.includes('shift'), getModifierState: (name) => name === 'AltGraph' && held.includes('altgraph'),
  };
}

/** A keydown (`+`) or keyup (`-`) like one of another system's keyboard. The rest is as for `keyPress`. */
export function keyEvent(text: string): KeyboardEvent {
  const {key, code, keyCode, location, repeat, altKey, ctrlKey, metaKey, shiftKey, getModifierState} = keyPress(text.slice(1));
  return new KeyboardEvent(text.startsWith('+') ? 'keydown' : 'keyup', {
    key, code, keyCode, location, repeat, altKey, ctrlKey, metaKey, shiftKey, modifierAltGraph: getModifierState('AltGraph'),
    bubbles: true, cancelable: true, composed: true,
  });
}
