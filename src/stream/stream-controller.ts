import type {ReactiveController, ReactiveControllerHost} from 'lit';
import type {LiveViewError} from '../errors.js';
import type {LiveViewState} from '../events.js';
import type {PlayerMessage, ServerMessage, Size} from '../protocol.js';
import type {SnapshotOptions} from './frame-painter.js';
import type {LiveViewStats} from './stats.js';
import type {TokenOptions} from './token-source.js';

/** What the stream hands on: the messages that are not about the stream itself. */
export type SessionMessage = Extract<ServerMessage, {
  type: 'cursor' | 'focus' | 'page' | 'dialog' | 'dialog_closed' | 'select' | 'clipboard';
}>;

export interface StreamOptions {
  /** The canvas to paint on; none before the first render. */
  readonly canvas: () => HTMLCanvasElement | undefined;
  readonly onMessage: (message: SessionMessage) => void;
  /** Whether a button, finger or key is down: a socket is not exchanged for another one then. */
  readonly isPressing: () => boolean;
  /** The socket is about to be given up and can still carry what lets go of everything. */
  readonly letGo: () => void;
}

/**
 * The stream's life: where tokens come from, the one socket that counts, and the state that the person is told. Fires
 * `statechange`, `frame`, `viewportchange` and `error` on its host.
 */
export class StreamController implements ReactiveController {
  readonly state: LiveViewState = 'idle';
  readonly error: LiveViewError | null = null;
  readonly viewport: Size | null = null;
  readonly expiresAt: Date | null = null;
  /** Whether the token allows input. */
  readonly isInputAllowed: boolean = false;
  /** Whether the server speaks the protocol beyond frames and input: dialogs, select, copy. */
  readonly hasHello: boolean = false;

  constructor(host: ReactiveControllerHost & EventTarget, options: StreamOptions) {
    host.addController(this);
    void options;
  }

  hostConnected(): void {}
  hostDisconnected(): void {}

  /** Where tokens come from has changed: connects with what is new, or disconnects when nothing is left. */
  setTokens(options: TokenOptions): void {
    void options;
  }

  /** Holds the frames without losing the socket. */
  setPaused(isPaused: boolean): void {
    void isPaused;
  }

  /** Starts over, with a new token where one can be minted. */
  connect(): void {}
  disconnect(): void {}

  /** Sends a message on the socket that counts; false when it could not be sent. */
  send(message: PlayerMessage): boolean {
    void message;
    return false;
  }

  snapshot(options: SnapshotOptions): Promise<Blob> {
    void options;
    return Promise.reject(new Error('There is no picture yet.'));
  }

  getStats(): LiveViewStats {
    return {
      framesReceived: 0, framesPainted: 0, framesDropped: 0, bytesReceived: 0, fps: 0, decodeMs: 0,
      roundTripMs: null, reconnects: 0, inputsSent: 0,
    };
  }
}
