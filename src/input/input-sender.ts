import type {PlayerMessage} from '../protocol.js';
import type {Picture} from './geometry.js';

/** The modifier flags that every event of pointer, wheel, touch and keyboard has. */
export type ModifierFlags = Pick<MouseEvent, 'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey'>;

export interface InputSenderOptions {
  readonly isAccepted: () => boolean;
  /** Where the picture is now. Undefined without a picture. Reads the layout, so it must be called at most once for a frame of moves. */
  readonly picture: () => Picture | undefined;
  /** The session's modifiers for an event. Keys whose keyup was missed are released first. */
  readonly modifiers: (flags: ModifierFlags) => number;
  /** Sends a message without sending what waits first. Returns false if the message could not be sent. */
  readonly post: (message: PlayerMessage) => boolean;
  /** Whether the network is behind. Then everything that can wait does. */
  readonly isBehind: () => boolean;
  /** Moves the keyboard focus to the view. */
  readonly focus: () => void;
}

/** Input of which only the newest counts, so it may wait for the next frame. */
export interface Waiting {
  /** Sends what waits. `isFrame`: the only reason is that a frame has come. */
  flush(isFrame?: boolean): void;
}

/** Sends all input, in order. Input that may wait is sent once per animation frame. */
export interface InputSender extends InputSenderOptions {
  /** Sends what waits, and then the message. */
  readonly send: (message: PlayerMessage) => boolean;
  /** Flushes `waiting` in the next frame, or before the next message that does not wait. */
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
