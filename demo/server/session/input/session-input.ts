import type {ServerMessage} from 'chaser-live-view/protocol';
import type {Page} from '../page.js';
import type {FrameMetadata} from '../screencast.js';
import type {Pasted} from '../clipboard/content.js';
import type {ViewerMessage} from '../viewer.js';
import {BrowserKeys} from './browser-keys.js';
import {InputClock} from './input-clock.js';
import {type Devices, ViewerInput} from './viewer-input.js';
import {TaskQueue} from './task-queue.js';
import {Mouse} from './mouse.js';
import {InputTarget} from './input-target.js';
import {Touch} from './touch.js';
import {ZoomHold} from './zoom-hold.js';

/** A viewer's access to a session's mouse, touch screen and keyboard. */
export interface InputSeat {
  receive(message: ViewerMessage): void;
  /** Pastes the content, unless it turns out to be undefined. What the viewer types meanwhile comes after it. */
  paste(content: Promise<Pasted | undefined>): void;
  /** The viewer's input is no longer accepted: releases what they held, and discards their queued input. */
  revoke(): void;
  /** The viewer has gone: releases what they held. */
  leave(): void;
}

/** Performs viewers' input in the session, as trusted events, in the order in which it arrived. */
export class SessionInput {
  readonly #devices: Devices;
  readonly #viewers = new Set<ViewerInput>();
  readonly #clock = new InputClock();

  constructor({hasTouch, clipboard}: Pick<Devices, 'hasTouch' | 'clipboard'>) {
    const target = new InputTarget();
    const clock = this.#clock;
    this.#devices = {
      target, hasTouch, clipboard, queue: new TaskQueue(), mouse: new Mouse(target, clock), touch: new Touch(target, clock), browserKeys: new BrowserKeys(), zoomHold: new ZoomHold(),
    };
  }

  /** Reads the browser's time from one of its pages, before there is any input. */
  learnTime(page: Page): Promise<void> {
    return this.#clock.learn(page);
  }

  /** A page has opened. */
  follow(page: Page): void {
    const {mouse, browserKeys, zoomHold} = this.#devices;
    for (const part of [mouse, browserKeys, zoomHold]) part.follow(page);
  }

  /** Another page is active. What is held in the one before is released there. */
  setPage(page: Page | undefined): void {
    const {target, mouse, touch} = this.#devices;
    if (page === target.page) return;
    for (const input of this.#viewers) input.letGo();
    touch.reset();
    target.setPage(page);
    mouse.setPage(page);
  }

  /** Viewers see this frame now. */
  setPicture(metadata: FrameMetadata): void {
    this.#devices.target.setPicture(metadata);
  }

  /** Makes all input that arrives from now on wait for `until`, but for a limited time. */
  wait(until: Promise<void>): void {
    this.#devices.queue.run(() => until);
  }

  /** Adds a viewer. `tell` sends them messages. */
  seat(tell: (message: ServerMessage) => void): InputSeat {
    const input = new ViewerInput(this.#devices, tell);
    this.#viewers.add(input);
    return {
      receive: (message) => input.receive(message),
      paste: (content) => input.paste(content),
      revoke: () => input.revoke(),
      leave: () => {
        input.leave();
        this.#viewers.delete(input);
      },
    };
  }
}
