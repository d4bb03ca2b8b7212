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

export interface ScreencastListener {
  readonly onFrame: (frame: Frame) => void;
  /** No frame will come of this cast: another one is needed. */
  readonly onStuck: () => void;
}

/** Chromium now and then loses the frame that follows a change of size, and on a page at rest no other comes. */
const RESIZE_TIMEOUT_MS = 400;
/** How long a page that could not be cast is left alone: it has crashed, and is loaded again. */
const RETRY_MS = 400;
/** A cast begins with a frame at once, unless a dialog holds its page, or it began while its page crashed. */
const FIRST_FRAME_TIMEOUT_MS = 3_000;
/** A frame that is early by no more than this is shown: it is not worth a timer. */
const EARLY_MS = 2;
/** A frame that comes this soon after the ack before it was already waiting: the time is the way there and back. */
const MAX_ROUND_TRIP_MS = 40;

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
  readonly #listener: ScreencastListener;
  #session: CdpSession | undefined;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;
  #stuckTimer: NodeJS.Timeout | undefined;
  #size = '';
  #shownAtMs = -Infinity;
  #ackedAtMs = 0;
  /** How long a waiting frame takes to come once the one before it is acked. */
  #roundTripMs = 0;
  #unacked = 0;
  /** The newest frame, until its time has come. */
  #waiting: Frame | undefined;

  constructor(connection: CdpConnection, targetId: string, options: ScreencastOptions, listener: ScreencastListener) {
    this.#connection = connection;
    this.#targetId = targetId;
    this.#options = options;
    this.#listener = listener;
    void this.#start();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#stuckTimer);
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
      session.on('Page.frameResized', () => this.#expectFrame(RESIZE_TIMEOUT_MS));
      session.post('Page.enable');
      this.#expectFrame(FIRST_FRAME_TIMEOUT_MS);
      await session.send('Page.startScreencast', {
        format: 'jpeg', quality: this.#options.jpegQuality, maxFramesInFlight: 1, sendLastFrame: true,
      });
    } catch {
      // Whoever asked for the cast of a page that is closed hears of that by itself, and stops it.
      if (!this.#isStopped) this.#expectFrame(RETRY_MS);
    }
  }

  #receive(session: CdpSession, {data, metadata, sessionId}: Protocol.Page.ScreencastFrameEvent): void {
    if (this.#isStopped) return;
    this.#size = `${metadata.deviceWidth}×${metadata.deviceHeight}`;
    const ack = () => {
      this.#unacked--;
      this.#ackedAtMs = performance.now();
      session.post('Page.screencastFrameAck', {sessionId});
    };
    this.#waiting = {jpeg: Buffer.from(data, 'base64'), metadata};
    this.#unacked++;
    if (this.#unacked > 1) {
      // A browser that does not know `maxFramesInFlight` sends on: it is acked at once, so that it has no reason to
      // drop the last change.
      ack();
      return;
    }
    const sinceAckMs = performance.now() - this.#ackedAtMs;
    if (sinceAckMs < MAX_ROUND_TRIP_MS) this.#roundTripMs = sinceAckMs;
    this.#showAtItsTime(ack);
  }

  #showAtItsTime(ack: () => void): void {
    const delayMs = this.#shownAtMs + this.#intervalMs - performance.now();
    if (delayMs > EARLY_MS) this.#timer = setTimeout(() => this.#show(ack), delayMs);
    else this.#show(ack);
  }

  #show(ack: () => void): void {
    const frame = this.#waiting;
    this.#waiting = undefined;
    const now = performance.now();
    // One that is early is counted as in time: the rate is at most `fps`.
    this.#shownAtMs = Math.max(now, this.#shownAtMs + this.#intervalMs);
    // The ack goes out early by the way there and back: the rate is `fps`, and not somewhat below it.
    this.#timer = setTimeout(() => this.#waiting ? this.#showAtItsTime(ack) : ack(), this.#shownAtMs - now + this.#intervalMs - this.#roundTripMs);
    if (frame) this.#listener.onFrame(frame);
  }

  /** A frame of another size than the one before, or the first, has to come within this time. */
  #expectFrame(timeoutMs: number): void {
    const before = this.#size;
    clearTimeout(this.#stuckTimer);
    this.#stuckTimer = setTimeout(() => {
      if (this.#size === before) this.#listener.onStuck();
    }, timeoutMs);
  }

  get #intervalMs(): number {
    return 1000 / this.#options.fps;
  }
}
