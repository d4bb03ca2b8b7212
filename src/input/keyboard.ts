import {MODIFIER} from '../protocol.js';
import type {PlayerMessage} from '../protocol.js';
import type {SessionMessage} from '../stream/stream-controller.js';
import type {ModifierFlags} from './outlet.js';

export interface KeyboardOptions {
  /** Whether input goes to the session now. */
  readonly isAccepted: () => boolean;
  /** Sends a message, after the moves that wait; false when it could not be sent. */
  readonly send: (message: PlayerMessage) => boolean;
  /** The person gives the keyboard back to the page. */
  readonly leave: () => void;
  /** The person typed at a view that takes no input. */
  readonly refused: () => void;
}

/** Keys, input methods and the clipboard, on their way to the session. */
export class Keyboard {
  #canvas: HTMLCanvasElement | undefined;

  constructor(options: KeyboardOptions) {
    void options;
  }

  /** Listens until the signal; the canvas may be another one each time, in another document. */
  listen(canvas: HTMLCanvasElement, signal: AbortSignal): void {
    this.#canvas = canvas;
    void signal;
  }

  /** Whether a key is down in the session. */
  get isPressing(): boolean {
    return false;
  }

  /** Forgets every key that is down; the caller tells the session. */
  release(): void {}

  /** Types text into the session, as an input method commits it. */
  sendText(text: string): void {
    void text;
  }

  /** Presses keys together and lets them go, the last first. */
  pressKey(combination: string): void {
    void combination;
  }

  /** Gives the stream the keyboard. */
  focus(options?: FocusOptions): void {
    this.#canvas?.focus({preventScroll: true, ...options});
  }

  /** A message about the session's focus or clipboard. */
  receive(message: Extract<SessionMessage, {type: 'focus' | 'clipboard'}>): void {
    void message;
  }

  /**
   * The session's modifiers for an event of pointer, wheel or touch. Its flags tell which modifier keys came up unseen:
   * those are let go first. A flag alone presses none: a pinch on a trackpad is a wheel with Control that nobody pressed.
   */
  modifiers({altKey, ctrlKey, metaKey, shiftKey}: ModifierFlags): number {
    return (altKey ? MODIFIER.alt : 0) | (ctrlKey ? MODIFIER.control : 0) | (metaKey ? MODIFIER.meta : 0) | (shiftKey ? MODIFIER.shift : 0);
  }
}
