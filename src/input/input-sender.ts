import type {PlayerMessage} from '../protocol.js';
import type {Picture} from './geometry.js';

/** The modifier flags that every event of pointer, wheel, touch and keyboard has. */
export type ModifierFlags = Pick<MouseEvent, 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;

export interface InputSenderOptions {
  readonly isAccepted: () => boolean;
  /** Where the picture is now, undefined while there is none: a read of the layout, so nobody asks more than once for a frame of moves. */
  readonly picture: () => Picture | undefined;
  /** The session's modifiers for an event; keys that came up unseen are let go first. */
  readonly modifiers: (flags: ModifierFlags) => number;
  /** Sends a message as it is, before what waits; false when it could not be sent. */
  readonly post: (message: PlayerMessage) => boolean;
  /** Whether the network is behind: then what waits waits on. */
  readonly isBehind: () => boolean;
  /** Gives the stream the keyboard. */
  readonly focus: () => void;
}

/** Something of which only the newest counts, so that it may wait for the next frame. */
export interface Waiting {
  /** Sends what waits. `isFrame`: only because a frame has come. */
  flush(isFrame?: boolean): void;
}

/** The one way out for everything the person does: in order, and what may wait goes once an animation frame. */
export interface InputSender extends InputSenderOptions {
  /** Sends what waits, then the message. */
  readonly send: (message: PlayerMessage) => boolean;
  /** Has `waiting` flushed in the next frame, or before the next message that does not wait. */
  readonly wait: (waiting: Waiting) => void;
  readonly flush: () => void;
}

export function createInputSender(options: InputSenderOptions): InputSender {
  const queue = new Set<Waiting>();
  let frame = 0;

  function flush(isFrame?: boolean): void {
    cancelAnimationFrame(frame);
    frame = 0;
    const waiting = [...queue];
    queue.clear();
    for (const each of waiting) each.flush(isFrame);
  }

  function askForFrame(): void {
    frame = requestAnimationFrame(() => options.isBehind() ? askForFrame() : flush(true));
  }

  return {
    ...options,
    flush,
    send(message) {
      flush();
      return options.post(message);
    },
    wait(waiting) {
      queue.add(waiting);
      // A hidden page has no frames.
      if (document.visibilityState === 'hidden') flush();
      else if (!frame) askForFrame();
    },
  };
}
