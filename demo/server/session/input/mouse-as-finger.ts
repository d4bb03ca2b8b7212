import type {MouseMessage, TouchMessage, TouchPoint} from 'chaser-live-view/protocol';
import type {Point} from './input-target.js';

/** A fingertip's radius in CSS pixels, as in Chromium's own emulation. */
const FINGERTIP_PX = 11.5;
/** No real finger has this id, because the protocol's ids have 16 bits. */
const ID = 0x10000;

/**
 * The mouse in a phone's session. The left button acts as a finger; while it is up, nothing touches the screen. Other buttons stay
 * a mouse's, because otherwise there would be no way to open a context menu.
 */
export class MouseAsFinger {
  readonly #send: (message: TouchMessage) => void;
  #isDown = false;

  constructor(send: (message: TouchMessage) => void) {
    this.#send = send;
  }

  /** Returns whether the message was handled as a finger's. */
  receive(message: MouseMessage): boolean {
    if (message.event === 'leave') return true;
    const {event, button, modifiers, t} = message;
    if (event === 'move') {
      this.#touch('move', message, message, message.path?.map(([x, y, ageMs]) => [ID, x, y, ageMs]));
      return true;
    }
    if (button !== 0) return false;
    if (event === 'down' && !this.#isDown) {
      this.#isDown = true;
      this.#touch('start', message, message);
    } else if (event === 'up' && this.#isDown) {
      this.#touch('move', message, message);
      this.#isDown = false;
      this.#send({type: 'touch', event: 'end', points: [], modifiers, ...timeOf(t)});
    }
    return true;
  }

  release(): void {
    this.#isDown = false;
  }

  #touch(event: 'start' | 'move', {x, y}: Point, {modifiers, t}: Pick<TouchMessage, 'modifiers' | 't'>, path?: TouchMessage['path']): void {
    if (!this.#isDown) return;
    const point: TouchPoint = {id: ID, x, y, radiusX: FINGERTIP_PX, radiusY: FINGERTIP_PX, rotationAngle: 0, force: 1};
    this.#send({type: 'touch', event, points: [point], modifiers, ...timeOf(t), ...(path && {path})});
  }
}

function timeOf(t: number | undefined): Pick<TouchMessage, 't'> {
  return t === undefined ? {} : {t};
}
