import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {noiseJpeg, quartersJpeg, COLOURS} from '../support/frames.js';
import {colourAt, nextEvent, placeView} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {TcpProxy} from '../support/tcp-proxy.js';

const BYTES_PER_SECOND = 100_000;
const DELAY_MS = 50;
const FRAMES = 24;

describe('a bad link', () => {
  let server: PreviewServer;
  let proxy: TcpProxy;
  let view: ChaserLiveView;

  beforeEach(async () => {
    server = await PreviewServer.start();
    proxy = await TcpProxy.to(server.url);
    view = placeView();
  });

  afterEach(async () => {
    view.remove();
    await proxy.close();
    server.stop();
  });

  it('that splits at every byte: frames are whole, and in order', async () => {
    await proxy.set({chunkBytes: 1});
    view.src = proxy.url;
    const connection = await server.connection();
    connection.hello();
    for (let n = 1; n <= 3; n++) {
      const seen = nextEvent(view, 'frame');
      connection.sendFrame(await quartersJpeg(60 + n, 40));
      const {width} = await seen;
      assert.equal(width, 60 + n);
      assert.isTrue(await colourAt(view, 10, 10, COLOURS.topLeft) && await colourAt(view, 50, 30, COLOURS.bottomRight));
    }
  });

  it('of 100 kB/s: the picture is late by the link\'s own delay and the frame before it, and never later', async () => {
    await proxy.set({delayMs: DELAY_MS, bytesPerSecond: BYTES_PER_SECOND});
    view.src = proxy.url;
    const connection = await server.connection();
    connection.hello();
    const pacer = new Pacer(server, connection, await noiseJpeg(160, 90));
    const ages: number[] = [];
    const paintedAtMs: number[] = [];
    await new Promise<void>((resolve) => {
      view.addEventListener('frame', ({frame}) => {
        ages.push(performance.now() - (pacer.sentAtMs[frame - 1] ?? NaN));
        if (paintedAtMs.push(performance.now()) === FRAMES) resolve();
      });
      pacer.start();
    });
    pacer.stop();
    const transferMs = median(paintedAtMs.slice(1).map((at, index) => at - (paintedAtMs[index] ?? 0)));
    assert.isAbove(transferMs, 50, 'the link is slow');
    assert.isAtMost(pacer.mostUnacked, 2);
    assert.isAbove(pacer.changes, 2 * FRAMES, 'the page changes faster than the link carries');
    // The time to send this frame and the one before it, plus the delay in both directions for the ack. Nothing queues.
    assert.isBelow(median(ages), 2.5 * transferMs + 2 * DELAY_MS);
    const third = FRAMES / 3;
    assert.isBelow(median(ages.slice(-third)), 1.5 * median(ages.slice(1, third)), 'no later at the end than at the beginning');
    const {framesReceived, framesPainted} = view.getStats();
    assert.equal(framesReceived, framesPainted, 'nothing crosses a slow link to be dropped');
  });
});

/** Sends frames as the protocol says: the newest picture, when at most one earlier frame is unacknowledged. */
class Pacer {
  readonly sentAtMs: number[] = [];
  mostUnacked = 0;
  changes = 0;
  #isChanged = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #connection: Connection;
  readonly #jpeg: ArrayBuffer;

  constructor(server: PreviewServer, connection: Connection, jpeg: ArrayBuffer) {
    this.#connection = connection;
    this.#jpeg = jpeg;
    server.onMessage = () => this.#send();
  }

  /** The page changes thirty times a second. */
  start(): void {
    this.#timer = setInterval(() => {
      this.changes++;
      this.#isChanged = true;
      this.#send();
    }, 1000 / 30);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #send(): void {
    const acked = this.#connection.of('ack').at(-1)?.frames ?? 0;
    if (!this.#isChanged || this.sentAtMs.length - acked > 1) return;
    this.#isChanged = false;
    this.sentAtMs.push(performance.now());
    this.mostUnacked = Math.max(this.mostUnacked, this.sentAtMs.length - acked);
    this.#connection.sendFrame(this.#jpeg);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}
