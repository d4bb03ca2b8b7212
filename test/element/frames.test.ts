import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import type {LiveViewError} from '../../src/errors.js';
import {BitmapCount} from '../support/bitmaps.js';
import {COLOURS, plainJpeg, quartersJpeg} from '../support/frames.js';
import {colourAt, nextEvent, placeView, toState} from '../support/live-view.js';
import {cmykJpeg, joined, png, progressiveJpeg, withExifOrientation, withSevenBits, withSize} from '../support/odd-frames.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';

const {topLeft: RED, topRight: GREEN, bottomRight: BLUE} = COLOURS;

describe('frames', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  let errors: LiveViewError[];
  let sent: number;

  beforeEach(async () => {
    server = await PreviewServer.start();
    view = placeView();
    errors = [];
    sent = 0;
    view.addEventListener('error', ({error}) => errors.push(error));
    view.src = server.url;
    connection = await server.connection();
    connection.hello();
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  const send = (bytes: ArrayBuffer | Uint8Array) => {
    sent++;
    connection.sendFrame(bytes);
  };
  const acked = (frames: number) => server.until(() => connection.of('ack').at(-1)?.frames === frames);
  const sendAndSee = async (bytes: ArrayBuffer | Uint8Array) => {
    const seen = nextEvent(view, 'frame');
    send(bytes);
    return seen;
  };

  it('refuses what is no picture, says which, and keeps the last good one', async () => {
    const good = await plainJpeg(GREEN);
    const bad: Record<string, Uint8Array | ArrayBuffer> = {
      'not a JPEG': await png(32, 32),
      'not a JPEG ': new Uint8Array(0),
      ' not a JPEG': crypto.getRandomValues(new Uint8Array(5000)).fill(0, 0, 2),
      'header is damaged': joined(new Uint8Array(good, 0, 2), new Uint8Array(200)),
      'header is cut off': new Uint8Array(good, 0, 40),
      'cut off': new Uint8Array(good, 0, good.byteLength - 300),
      'could not be decoded': withSevenBits(good),
      'of no size': withSize(good, 0, 0),
      '8193 × 20': withSize(good, 8193, 20),
      'more than 16777216 bytes': joined(new Uint8Array(good), new Uint8Array(16 * 1024 * 1024)),
    };
    for (const [problem, bytes] of Object.entries(bad)) {
      await sendAndSee(good);
      const failure = nextEvent(view, 'error');
      send(bytes);
      const {error} = await failure;
      assert.equal(error.code, 'bad_frame', problem);
      assert.include(error.message, `Frame ${sent} could not be shown`);
      assert.include(error.message, problem.trim());
      assert.isFalse(error.fatal);
      await acked(sent);
      assert.isTrue(await colourAt(view, 160, 90, GREEN), `the picture after: ${problem}`);
      assert.equal(view.state, 'live');
    }
    assert.isNull(view.error);
    const {framesReceived, framesPainted, framesDropped} = view.getStats();
    assert.deepEqual([framesReceived, framesPainted, framesDropped], [20, 10, 10]);
  });

  it('shows progressive and CMYK pictures, one with bytes after its end, and one with an Exif rotation as it was sent', async () => {
    for (const bytes of [progressiveJpeg(), cmykJpeg(), joined(progressiveJpeg(), new Uint8Array(100))]) {
      await sendAndSee(await plainJpeg(GREEN, 32, 16));
      const {width, height} = await sendAndSee(bytes);
      assert.deepEqual([width, height], [32, 16]);
      assert.isTrue(await colourAt(view, 16, 8, BLUE));
    }
    const quarters = await quartersJpeg(64, 32);
    const turned = withExifOrientation(quarters, 6);
    const asBrowsersDo = await createImageBitmap(new Blob([turned.slice()], {type: 'image/jpeg'}));
    assert.deepEqual([asBrowsersDo.width, asBrowsersDo.height], [32, 64], 'the browser understands this Exif');
    const {width, height} = await sendAndSee(turned);
    assert.deepEqual([width, height], [64, 32]);
    assert.isTrue(await colourAt(view, 16, 8, RED) && await colourAt(view, 48, 8, GREEN) && await colourAt(view, 48, 24, BLUE));
    assert.deepEqual(errors, []);
  });

  it('follows frames that change their size; the coordinates are those of the named viewport', async () => {
    for (const [width, height] of [[320, 180], [90, 160], [640, 360], [1, 1], [320, 180]] as const) {
      const frame = await sendAndSee(await plainJpeg(RED, width, height));
      assert.deepEqual([frame.width, frame.height], [width, height]);
      const picture = await createImageBitmap(await view.snapshot());
      assert.deepEqual([picture.width, picture.height], [width, height]);
      assert.deepEqual(view.viewport, {width: 320, height: 180});
    }
  });

  it('changes the viewport with the first frame that shows it, not before', async () => {
    await sendAndSee(await plainJpeg(RED));
    const log: string[] = [];
    view.addEventListener('viewportchange', ({width}) => log.push(`viewport ${width}`));
    view.addEventListener('frame', ({frame}) => log.push(`frame ${frame}`));
    send(await plainJpeg(GREEN, 2000, 2000));
    connection.send({type: 'viewport', width: 390, height: 844});
    send(await plainJpeg(GREEN, 390, 844));
    await acked(3);
    assert.deepEqual(log, ['frame 2', 'viewport 390', 'frame 3']);

    connection.send({type: 'viewport', width: 400, height: 300});
    const {width} = await nextEvent(view, 'viewportchange');
    assert.equal(width, 400, 'at once when every frame before is painted');
  });

  it('paints in order and the newest last, whatever takes long to decode', async () => {
    const bitmaps = new BitmapCount();
    const [large, small] = [await quartersJpeg(4000, 3000), await plainJpeg(BLUE, 16, 16)];
    const frames: number[] = [];
    view.addEventListener('frame', ({frame}) => frames.push(frame));
    for (let round = 0; round < 10; round++) {
      send(large);
      send(small);
    }
    await acked(20);
    bitmaps.stop();
    assert.deepEqual(frames, frames.toSorted((a, b) => a - b));
    assert.equal(frames.at(-1), 20);
    assert.isTrue(await colourAt(view, 8, 8, BLUE));
    if (view.getStats().thread === 'page') assert.deepEqual([bitmaps.mostDecoding, bitmaps.live], [1, 0]);
  });

  it('is not moved by a flood: each frame is painted or dropped, one decoded at a time', async () => {
    await sendAndSee(await plainJpeg(RED));
    const bitmaps = new BitmapCount();
    connection.flood(1000, 1000);
    await server.until(() => connection.floods === 1);
    bitmaps.stop();
    const {framesReceived, framesPainted, framesDropped} = view.getStats();
    assert.equal(framesReceived, 1001);
    assert.equal(framesPainted + framesDropped, 1001);
    if (view.getStats().thread === 'page') assert.deepEqual([bitmaps.mostDecoding, bitmaps.mostLive], [1, 1]);
    assert.equal(view.state, 'live');
  });

  it('gives up after ten bad frames with no good one between them', async () => {
    await sendAndSee(await plainJpeg(RED));
    for (let i = 0; i < 9; i++) {
      send(new Uint8Array(10));
      await acked(sent);
    }
    assert.equal(view.state, 'live');
    send(new Uint8Array(10));
    await toState(view, 'failed');
    assert.equal(view.error?.code, 'bad_frame');
    assert.isTrue(view.error?.fatal);
    assert.isTrue(await colourAt(view, 160, 90, RED), 'the last good picture stays');
    await server.until(() => connection.closeCode !== undefined);
    view.connect();
    const next = await server.connection(1);
    next.sendFrame(await plainJpeg(GREEN));
    await toState(view, 'live');
    assert.isNull(view.error);
  });

  it('does not make a flood of events out of one of bad frames', async () => {
    const good = await plainJpeg(RED, 16, 16);
    const startMs = performance.now();
    for (let i = 0; i < 40; i++) {
      send(new Uint8Array(10));
      await acked(sent);
      send(good);
      await acked(sent);
    }
    const seconds = (performance.now() - startMs) / 1000;
    assert.equal(view.getStats().framesDropped, 40);
    assert.isAtLeast(errors.length, 10);
    assert.isAtMost(errors.length, 10 + Math.ceil(seconds));
  });
});
