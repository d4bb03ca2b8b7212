import type {Protocol} from 'devtools-protocol';
import type {CdpConnection, CdpSession} from './cdp.js';

export type FrameMetadata = Protocol.Page.ScreencastFrameMetadata;

export interface Frame {
  readonly jpeg: Buffer;
  readonly metadata: FrameMetadata;
}

export interface ScreencastOptions {
  /** The most frames a second. */
  readonly fps: number;
  /** 0 to 100. */
  readonly jpegQuality: number;
}

export interface ScreencastListener {
  readonly onFrame: (frame: Frame) => void;
  /** This screencast will send no more frames, and must be replaced. */
  readonly onStuck: () => void;
}

/** Chromium sometimes loses the frame after a change of size, and a page at rest sends no other. */
const RESIZE_TIMEOUT_MS = 400;
/** How long to wait before another attempt if a page could not be cast, because it crashed and is reloading. */
const RETRY_MS = 400;
/** A screencast starts with a frame at once, unless a dialog blocks its page, or the page crashed meanwhile. */
const FIRST_FRAME_TIMEOUT_MS = 3_000;
/** A frame that is early by at most this is shown at once, because a timer would cost more. */
const EARLY_MS = 2;
/** A frame that arrives this soon after the last ack was already waiting in the browser, so this time is the round trip. */
const MAX_ROUND_TRIP_MS = 40;

/**
 * The screencast of one page: its picture at each change, at most `fps` times a second, always including the last change
 * before a rest.
 *
 * The acks set the pace: the browser has one frame in flight, and keeps the newest until it is acked. This
 * takes a quarter less processor time than receiving every frame and dropping most.
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
  /** How long a waiting frame takes to arrive after the ack of the one before it. */
  #roundTripMs = 0;
  #unacked = 0;
  /** The newest frame, until it is due. */
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

  /** A CDP session for this screencast alone. On one that had a screencast before, frames and acks of the two would mix. */
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
      // If the page was closed, the owner of this screencast notices it, and stops the screencast.
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
      // A browser that does not know `maxFramesInFlight` keeps sending. It is acked at once, so that it has no reason to
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
    // An early frame counts as in time, so that the rate is at most `fps`.
    this.#shownAtMs = Math.max(now, this.#shownAtMs + this.#intervalMs);
    // The ack is sent early by the round trip, so that the rate is `fps` and not a little less.
    this.#timer = setTimeout(() => this.#waiting ? this.#showAtItsTime(ack) : ack(), this.#shownAtMs - now + this.#intervalMs - this.#roundTripMs);
    if (frame) this.#listener.onFrame(frame);
  }

  /** The first frame, and a frame of a new size, must arrive within this time. */
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
