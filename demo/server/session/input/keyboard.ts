import type {ComposeMessage, KeyMessage} from 'chaser-live-view/protocol';
import {MODIFIER} from 'chaser-live-view/protocol';
import type {CdpParams} from '../cdp.js';
import {keyDown, keyUp, textOf} from './key.js';
import type {InputTarget} from './input-target.js';

/** The keys and the input method of one viewer. */
export class Keyboard {
  readonly #target: InputTarget;
  readonly #down = new Map<string, KeyMessage>();
  #isComposing = false;

  constructor(target: InputTarget) {
    this.#target = target;
  }

  /** Presses or releases a key. `isUnheard`: only the browser handled the keydown, and the page gets only the keyup. */
  key(message: KeyMessage, isUnheard = false): void {
    const id = message.code || message.key;
    const held = this.#down.get(id);
    if (message.event === 'up') {
      if (!held) return;
      this.#down.delete(id);
      this.#dispatch(keyUp(message));
      return;
    }
    // If a key goes down again, its keyup was lost.
    if (held && !message.repeat) this.#dispatch(keyUp({...held, modifiers: message.modifiers}));
    this.#down.set(id, message);
    if (isUnheard) return;
    this.#dispatch(keyDown(message));
    const text = textOf(message);
    if (text !== undefined && [...text].length > 1) this.text(text);
  }

  /** Inserts text, which replaces what is being composed. */
  text(text: string): void {
    this.#isComposing = false;
    if (text) this.#target.post('keyboard', this.#target.page?.session, 'Input.insertText', {text: text.replaceAll('\r\n', '\n')});
  }

  compose({text, selectionStart, selectionEnd}: ComposeMessage): void {
    if (!text && !this.#isComposing) return;
    this.#isComposing = text !== '';
    this.#target.post('keyboard', this.#target.page?.session, 'Input.imeSetComposition', {
      text, selectionStart: Math.min(selectionStart, text.length), selectionEnd: Math.min(selectionEnd, text.length),
    });
  }

  /**
   * Presses Control+V. The viewer may already hold Control. With Shift, the browser pastes plain text. So a Shift
   * that belongs to Shift+Insert is ignored if there is more than text.
   */
  paste(isPlain: boolean): void {
    const held = [...this.#down.values()];
    const holds = (name: string) => held.some(({key}) => key === name);
    const shift = isPlain && holds('Shift') ? MODIFIER.shift : 0;
    const modifiers = MODIFIER.control | shift;
    const control = {code: 'ControlLeft', key: 'Control', keyCode: 17, location: 1, repeat: false, type: 'key'} as const;
    const v = {code: 'KeyV', key: shift ? 'V' : 'v', keyCode: 86, location: 0, repeat: false, type: 'key', modifiers} as const;
    const presses = !holds('Control');
    if (presses) this.#dispatch(keyDown({...control, event: 'down', modifiers}));
    this.#dispatch(keyDown({...v, event: 'down'}));
    this.#dispatch(keyUp({...v, event: 'up'}));
    if (presses) this.#dispatch(keyUp({...control, event: 'up', modifiers: shift}));
  }

  /** Releases every key, the modifiers last, and abandons what is being composed. */
  release(): void {
    this.compose({type: 'compose', text: '', selectionStart: 0, selectionEnd: 0});
    const keys = [...this.#down.values()].toSorted((one, other) => Number(isModifier(one)) - Number(isModifier(other)));
    this.#down.clear();
    for (const held of keys) this.#dispatch(keyUp({...held, modifiers: 0}));
  }

  #dispatch(params: CdpParams<'Input.dispatchKeyEvent'>[0]): void {
    this.#target.post('keyboard', this.#target.page?.session, 'Input.dispatchKeyEvent', params);
  }
}

function isModifier({key}: KeyMessage): boolean {
  return key === 'Shift' || key === 'Control' || key === 'Alt' || key === 'Meta' || key === 'AltGraph';
}
