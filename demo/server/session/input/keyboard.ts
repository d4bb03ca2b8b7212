import type {ComposeMessage, KeyMessage} from 'chaser-live-view/protocol';
import type {CdpParams} from '../cdp.js';
import {keyDown, keyUp, textOf} from './key.js';
import type {InputTarget} from './input-target.js';

/** One hand's keys, and its input method. */
export class Keyboard {
  readonly #target: InputTarget;
  readonly #down = new Map<string, KeyMessage>();
  #isComposing = false;

  constructor(target: InputTarget) {
    this.#target = target;
  }

  key(message: KeyMessage): void {
    const id = message.code || message.key;
    const held = this.#down.get(id);
    if (message.event === 'up') {
      if (!held) return;
      this.#down.delete(id);
      this.#dispatch(keyUp(message));
      return;
    }
    // A key that goes down again has come up in between, and nobody has said so.
    if (held && !message.repeat) this.#dispatch(keyUp({...held, modifiers: message.modifiers}));
    this.#down.set(id, message);
    this.#dispatch(keyDown(message));
    const text = textOf(message);
    if (text !== undefined && [...text].length > 1) this.text(text);
  }

  /** Inserts text; what is being composed becomes it. */
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

  /** Lets go of every key, the modifiers last, and of what is being composed. */
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
