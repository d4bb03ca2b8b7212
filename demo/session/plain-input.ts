import type {Page} from './page.js';
import type {ViewerMessage} from './viewer.js';

/** The least that a session can be driven with. */
export class PlainInput {
  #page: Page | undefined;

  setPage(page: Page | undefined): void {
    this.#page = page;
  }

  seat(): {receive(message: ViewerMessage): void; release(): void} {
    return {receive: (message) => this.#receive(message), release: () => {}};
  }

  #receive(message: ViewerMessage): void {
    const session = this.#page?.session;
    if (!session) return;
    if (message.type === 'text') session.post('Input.insertText', {text: message.text});
    else if (message.type === 'mouse' && message.event !== 'leave') {
      const {event, x, y, buttons, modifiers} = message;
      const type = ({move: 'mouseMoved', down: 'mousePressed', up: 'mouseReleased'} as const)[event];
      const button = (['left', 'middle', 'right'] as const)[message.button] ?? 'none';
      session.post('Input.dispatchMouseEvent', {
        type, x, y, button, buttons, modifiers, ...('clickCount' in message && {clickCount: message.clickCount}),
      });
    } else if (message.type === 'wheel') {
      const {x, y, deltaX, deltaY, modifiers} = message;
      session.post('Input.dispatchMouseEvent', {type: 'mouseWheel', x, y, deltaX, deltaY, modifiers});
    } else if (message.type === 'key') {
      const {event, key, code, keyCode, modifiers} = message;
      const text = key.length === 1 && (modifiers & 6) === 0 ? key : key === 'Enter' ? '\r' : undefined;
      session.post('Input.dispatchKeyEvent', {
        type: event === 'up' ? 'keyUp' : text === undefined ? 'rawKeyDown' : 'keyDown', key, code,
        windowsVirtualKeyCode: keyCode, modifiers, ...(event === 'down' && text !== undefined && {text}),
      });
    }
  }
}
