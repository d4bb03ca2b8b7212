import type {Protocol} from 'devtools-protocol';
import type {CdpConnection, CdpSession} from './cdp.js';

export type FrameMetadata = Protocol.Page.ScreencastFrameMetadata;

export interface Frame {
  readonly jpeg: Buffer;
  readonly metadata: FrameMetadata;
}

export interface ScreencastOptions {
  /** Frames a second at most. */
  readonly fps: number;
  /** 0 to 100. */
  readonly jpegQuality: number;
}

/** A frame that comes this soon after the ack before it was already waiting: the time is the way there and back. */
const ROUND_TRIP_MS = 40;

/**
 * One cast of one page: its picture at each change, at most `fps` times a second, the last change before a rest always
 * among them.
 *
 * The pace is made by the acks: the browser has one frame in flight, and keeps the newest for when it is acked. That
 * costs a quarter less of a processor than taking every frame and dropping most.
 */
export class Screencast {
  readonly #connection: CdpConnection;
  readonly #targetId: string;
  readonly #options: ScreencastOptions;
  readonly #onFrame: (frame: Frame) => void;
  #session: CdpSession | undefined;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;
  #ackedAtMs = 0;
  #unacked = 0;
  /** A frame of a browser that does not know `maxFramesInFlight`, held until its time. */
  #held: Frame | undefined;

  constructor(connection: CdpConnection, targetId: string, options: ScreencastOptions, onFrame: (frame: Frame) => void) {
    this.#connection = connection;
    this.#targetId = targetId;
    this.#options = options;
    this.#onFrame = onFrame;
    void this.#start();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    if (this.#session) this.#connection.browser.post('Target.detachFromTarget', {sessionId: this.#session.id});
    this.#session = undefined;
  }

  /** A session for this cast alone: on one that had a cast before, frames and acks of the two would mix. */
  async #start(): Promise<void> {
    try {
      const {sessionId} = await this.#connection.browser.send('Target.attachToTarget', {targetId: this.#targetId, flatten: true});
      const session = this.#connection.session(sessionId);
      this.#session = session;
      if (this.#isStopped) {
        this.stop();
        return;
      }
      session.on('Page.screencastFrame', (frame) => this.#receive(session, frame));
      session.post('Page.enable');
      session.post('Page.startScreencast', {
        format: 'jpeg', quality: this.#options.jpegQuality, maxFramesInFlight: 1, sendLastFrame: true,
      });
    } catch {
      // The page closed meanwhile: whoever asked for the cast hears of that by itself.
    }
  }

  #receive(session: CdpSession, {data, metadata, sessionId}: Protocol.Page.ScreencastFrameEvent): void {
    const frame = {jpeg: Buffer.from(data, 'base64'), metadata};
    const ack = () => {
      this.#unacked--;
      session.post('Page.screencastFrameAck', {sessionId});
    };
    this.#unacked++;
    if (this.#unacked > 1) {
      // An older browser sends on: it is acked at once, so that it has no reason to drop the last change.
      this.#held = frame;
      ack();
      return;
    }
    this.#onFrame(frame);
    this.#timer = setTimeout(() => this.#next(ack), this.#delayMs());
  }

  #next(ack: () => void): void {
    const held = this.#held;
    this.#held = undefined;
    if (held) {
      this.#onFrame(held);
      this.#timer = setTimeout(() => this.#next(ack), 1000 / this.#options.fps);
      return;
    }
    this.#ackedAtMs = performance.now();
    ack();
  }

  /** One frame interval, less what the frame itself took to come: the rate is `fps`, and not somewhat below it. */
  #delayMs(): number {
    const roundTripMs = performance.now() - this.#ackedAtMs;
    return Math.max(0, 1000 / this.#options.fps - (roundTripMs < ROUND_TRIP_MS ? roundTripMs : 0));
  }
}
