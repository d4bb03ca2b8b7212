import type {ReactiveController, ReactiveControllerHost} from 'lit';
import type {PlayerMessage, Size} from '../protocol.js';
import type {SessionMessage} from '../stream/stream-controller.js';
import type {LiveViewFit} from './geometry.js';

export interface InputOptions {
  readonly canvas: () => HTMLCanvasElement | undefined;
  /** Whether input goes to the session now. */
  readonly isAccepted: () => boolean;
  readonly viewport: () => Size | null;
  readonly fit: () => LiveViewFit;
  /** Sends a message; false when it could not be sent. */
  readonly send: (message: PlayerMessage) => boolean;
  /** The person gives the keyboard back to the page. */
  readonly leave: () => void;
}

/** Everything the person does at the canvas, on its way to the session; and everything pressed let go. */
export class InputController implements ReactiveController {
  constructor(host: ReactiveControllerHost & EventTarget, options: InputOptions) {
    host.addController(this);
    void options;
  }

  /** Whether a button, finger or key is down in the session. */
  get isPressing(): boolean {
    return false;
  }

  hostConnected(): void {}
  hostDisconnected(): void {}
  /** After each render: the canvas may be new, input may have become accepted or refused. */
  hostUpdated(): void {}

  /** Lets go of every button, finger and key, in the session too. */
  release(): void {}

  sendText(text: string): void {
    void text;
  }

  pressKey(combination: string): void {
    void combination;
  }

  /** Gives the stream the keyboard. */
  focus(options?: FocusOptions): void {
    void options;
  }

  /** A message about the session's focus, cursor or clipboard. */
  receive(message: Extract<SessionMessage, {type: 'focus' | 'cursor' | 'clipboard'}>): void {
    void message;
  }
}
