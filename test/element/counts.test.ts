import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {AskedCount} from '../support/asked-count.js';
import {BitmapCount} from '../support/bitmaps.js';
import {COLOURS, plainJpeg} from '../support/frames.js';
import {liveView} from '../support/interactive-view.js';
import {colourAt, nextEvent} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {TimerCount} from '../support/timers.js';

const {topLeft: RED, topRight: GREEN, bottomRight: BLUE} = COLOURS;
const FRAMES = 60;

describe('what a frame costs on the page, in counts', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  let bitmaps: BitmapCount;

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server, {thread: 'page', frame: await plainJpeg(RED)}));
    await acked(1);
    bitmaps = new BitmapCount();
  });

  afterEach(() => {
    bitmaps.stop();
    view.remove();
    server.stop();
  });

  const acked = (frames: number) => server.until(() => connection.of('ack').at(-1)?.frames === frames);

  it('one ack and one bitmap: no render, no timer, no animation frame', async () => {
    let renders = 0;
    view.addController({hostUpdated: () => renders++});
    await view.updateComplete;
    renders = 0;
    const asked = new AskedCount();
    const jpegs = [await plainJpeg(GREEN), await plainJpeg(BLUE)];
    try {
      for (let sent = 0; sent < FRAMES; sent++) {
        const seen = nextEvent(view, 'frame');
        connection.sendFrame(jpegs[sent % 2] ?? new Uint8Array());
        await seen;
        await acked(2 + sent);
      }
    } finally {
      asked.stop();
    }
    assert.isTrue(await colourAt(view, 160, 90, BLUE));
    assert.deepEqual(connection.of('ack').map(({frames}) => frames), Array.from({length: FRAMES + 1}, (_, index) => index + 1));
    const pings = connection.of('ping').length;
    assert.equal(connection.messages.length, FRAMES + 1 + pings, 'nothing but acks and pings');
    assert.isBelow(pings, FRAMES / 2, 'pings have a pace of their own');
    assert.equal(renders, 0);
    assert.equal(asked.timers, 0);
    assert.isAtMost(asked.heartbeatTimers, 3 * pings + 3, 'a timer for each thing that a ping waits for');
    assert.equal(asked.animationFrames, 0);
    assert.deepEqual([bitmaps.made, bitmaps.live, bitmaps.mostLive, bitmaps.mostDecoding], [FRAMES, 0, 1, 1]);
  });

  it('one decode at a time; the next has begun when the one before it is on the canvas', async () => {
    const {createImageBitmap} = window;
    let goOn = () => {};
    const arrived = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let begun = 0;
    window.createImageBitmap = async (...args: unknown[]): Promise<ImageBitmap> => {
      begun++;
      await arrived;
      return Reflect.apply(createImageBitmap, window, args);
    };
    const begunAtPaint: number[] = [];
    view.addEventListener('frame', () => begunAtPaint.push(begun));
    try {
      for (const colour of [RED, GREEN, GREEN, BLUE]) connection.sendFrame(await plainJpeg(colour));
      // The first frame is being decoded, two were dropped for newer ones, and the newest waits.
      await acked(3);
      goOn();
      await acked(5);
    } finally {
      window.createImageBitmap = createImageBitmap;
    }
    assert.deepEqual(begunAtPaint, [2, 2]);
    assert.isTrue(await colourAt(view, 160, 90, BLUE));
    assert.deepEqual([bitmaps.made, bitmaps.live, bitmaps.mostLive, bitmaps.mostDecoding], [2, 0, 1, 1]);
  });

  it('nothing is decoded while nobody sees it, and then only the newest', async () => {
    const isHeld = server.until(() => connection.messages.some(({type}) => type === 'pause'));
    view.paused = true;
    await isHeld;
    const frames: number[] = [];
    view.addEventListener('frame', ({frame}) => frames.push(frame));
    for (const colour of [GREEN, GREEN, BLUE]) connection.sendFrame(await plainJpeg(colour));
    await acked(3);
    await server.until(() => view.getStats().framesReceived === 4);
    assert.deepEqual([frames, bitmaps.made, bitmaps.mostDecoding], [[], 0, 0]);
    view.paused = false;
    await acked(4);
    assert.deepEqual([frames, bitmaps.made, bitmaps.live], [[4], 1, 0]);
    assert.isTrue(await colourAt(view, 160, 90, BLUE));
  });

  it('at rest: no timer but the heartbeat\'s, and hidden not even that; no animation frame, no bitmap, nothing drawn', async () => {
    const jpegs = [await plainJpeg(GREEN), await plainJpeg(BLUE)];
    const timers = new TimerCount();
    const asked = new AskedCount();
    const {drawImage} = CanvasRenderingContext2D.prototype;
    let drawn = 0;
    CanvasRenderingContext2D.prototype.drawImage = new Proxy(drawImage, {
      apply(draw, context: CanvasRenderingContext2D, args) {
        drawn++;
        Reflect.apply(draw, context, args);
      },
    });
    try {
      const pings = connection.of('ping').length;
      await server.until(() => connection.of('ping').length > pings);
      assert.isAtMost(asked.heartbeatTimers, 3, 'a timer for each thing that a ping waits for');
      Object.defineProperty(document, 'visibilityState', {configurable: true, value: 'hidden'});
      document.dispatchEvent(new Event('visibilitychange'));
      await server.until(() => connection.of('pause').length === 1);
      assert.deepEqual(timers.pending, []);
      // Frames that were on their way are not decoded. The newest waits until somebody looks.
      for (const jpeg of jpegs) connection.sendFrame(jpeg);
      await acked(2);
      assert.deepEqual(timers.pending, []);
    } finally {
      Reflect.deleteProperty(document, 'visibilityState');
      CanvasRenderingContext2D.prototype.drawImage = drawImage;
      asked.stop();
      timers.stop();
    }
    assert.deepEqual([asked.timers, asked.animationFrames, bitmaps.made, drawn], [0, 0, 0, 0]);
  });
});
