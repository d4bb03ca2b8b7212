import type {ServerMessage} from 'chaser-live-view/protocol';
import type {Page} from '../page.js';
import type {FrameMetadata} from '../screencast.js';
import type {ViewerMessage} from '../viewer.js';
import {HandClock} from './hand-clock.js';
import {type Devices, Hands} from './hands.js';
import {Lane} from './lane.js';
import {Mouse} from './mouse.js';
import {Stage} from './stage.js';
import {Touch} from './touch.js';

/** A viewer's way to a session's mouse, touch screen and keyboard. */
export interface InputSeat {
  receive(message: ViewerMessage): void;
  /** The viewer has gone: what they held is let go of. */
  leave(): void;
}

/** What viewers do, done in the session: by trusted events, in the order in which it came. */
export class SessionInput {
  readonly #devices: Devices;
  readonly #hands = new Set<Hands>();

  constructor({hasTouch}: Pick<Devices, 'hasTouch'>) {
    const stage = new Stage();
    const clock = new HandClock();
    this.#devices = {stage, hasTouch, lane: new Lane(), mouse: new Mouse(stage, clock), touch: new Touch(stage, clock)};
  }

  /** Another page is in front; what is held in the one before is let go of there. */
  setPage(page: Page | undefined): void {
    const {stage, mouse, touch} = this.#devices;
    if (page === stage.page) return;
    for (const hands of this.#hands) hands.letGo();
    touch.reset();
    stage.setPage(page);
    mouse.setPage(page);
  }

  /** Viewers see this frame now. */
  setPicture(metadata: FrameMetadata): void {
    this.#devices.stage.setPicture(metadata);
  }

  /** A seat for a viewer, who is told what they ask for. */
  seat(tell: (message: ServerMessage) => void): InputSeat {
    const hands = new Hands(this.#devices, tell);
    this.#hands.add(hands);
    return {
      receive: (message) => hands.receive(message),
      leave: () => {
        hands.release();
        this.#hands.delete(hands);
      },
    };
  }
}
