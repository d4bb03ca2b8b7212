import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {chooseDecoder} from '../../src/stream/worker-decode.js';
import {COLOURS, noiseJpeg, plainJpeg} from '../support/frames.js';
import {canvasOf, liveView, sinkOf} from '../support/interactive-view.js';
import {colourAt, nextEvent, toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {WorkerWatch} from '../support/worker-watch.js';

const {topLeft: RED, topRight: GREEN, bottomRight: BLUE} = COLOURS;

describe('painted by a worker', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  let watch: WorkerWatch;
  const views: ChaserLiveView[] = [];

  beforeEach(async () => {
    server = await PreviewServer.start();
    watch = new WorkerWatch();
    ({view, connection} = await liveView(server, {frame: await plainJpeg(RED)}));
    views.push(view);
  });

  afterEach(() => {
    for (const one of views.splice(0)) one.remove();
    watch.stop();
    server.stop();
  });

  const show = async (colour: string, on = connection) => {
    const seen = nextEvent(view, 'frame');
    on.sendFrame(await plainJpeg(colour));
    await seen;
  };

  it('all views of a page are in one', async () => {
    view.style.width = '80px';
    for (let count = 0; count < 8; count++) views.push((await liveView(server, {widthPx: 80})).view);
    assert.deepEqual(views.map((one) => one.getStats().thread), views.map(() => 'worker'));
    assert.equal(watch.workers.size, 1);
  });

  it('nothing of a frame is done on the page', async () => {
    const {createImageBitmap} = window;
    window.createImageBitmap = () => Promise.reject(new Error('The page was asked.'));
    await show(GREEN);
    window.createImageBitmap = createImageBitmap;
    assert.isTrue(await colourAt(view, 160, 90, GREEN));
    assert.throws(() => canvasOf(view).getContext('2d'), DOMException, undefined, 'it was transferred');
  });

  it('a page that reads the canvas finds the picture there', async () => {
    await show(BLUE);
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    let pixel: readonly number[] = [];
    // The canvas shows it a moment after the worker's report.
    while (pixel[2] !== 224 && (pixel[2] ?? 0) < 200) {
      await new Promise(requestAnimationFrame);
      context?.drawImage(canvasOf(view), 0, 0);
      pixel = [...context?.getImageData(0, 0, 1, 1).data ?? []];
    }
    assert.isBelow(pixel[0] ?? 255, 60);
  });

  it('from the next connection on by the page, where that is wanted, and by the worker again: on another canvas, which takes over everything', async () => {
    const states: string[] = [];
    view.addEventListener('statechange', ({state}) => states.push(state));
    view.label = 'The shop';
    view.focus();
    await view.updateComplete;
    for (const thread of ['page', 'auto'] as const) {
      const before = canvasOf(view);
      view.thread = thread;
      await show(GREEN);
      assert.equal(canvasOf(view), before, 'not while the connection holds');
      const index = server.connections.length;
      view.connect();
      connection = await server.connection(index);
      connection.hello();
      assert.equal(canvasOf(view), before, 'the last picture stays');
      await show(BLUE);
      await view.updateComplete;
      const canvas = canvasOf(view);
      assert.notEqual(canvas, before);
      assert.isFalse(before.isConnected);
      assert.deepEqual([canvas.getAttribute('part'), canvas.getAttribute('aria-label'), canvas.tabIndex], ['canvas', 'The shop', 0]);
      assert.equal(view.getStats().thread, thread === 'page' ? 'page' : 'worker');
      assert.isTrue(await colourAt(view, 160, 90, BLUE));
      assert.equal(view.shadowRoot?.activeElement, sinkOf(view), 'the keyboard is still there');
      const {left, top} = canvas.getBoundingClientRect();
      for (const [type, buttons] of [['pointerdown', 1], ['pointerup', 0]] as const) {
        canvas.dispatchEvent(new PointerEvent(type, {
          pointerType: 'mouse', pointerId: 1, isPrimary: true, button: 0, buttons, clientX: left + 20, clientY: top + 20, bubbles: true,
        }));
      }
      await server.until(() => connection.of('mouse').some(({event}) => event === 'up'));
      assert.lengthOf(connection.of('mouse').filter(({event}) => event === 'down'), 1, 'and is listened to once');
    }
    assert.deepEqual(states, ['connecting', 'live', 'connecting', 'live']);
  });

  it('the picture of a view that was taken out stays, and another one comes when it is back', async () => {
    view.remove();
    await server.until(() => connection.closeCode === 1000);
    assert.isTrue((await view.snapshot({type: 'image/jpeg'})).size > 0);
    document.body.append(view);
    connection = await server.connection(1);
    connection.hello();
    await show(GREEN);
    assert.isTrue(await colourAt(view, 160, 90, GREEN));
  });

  it('its pixels are those that the page would have painted', async () => {
    for (const [width, height] of [[320, 180], [333, 217], [801, 607], [1, 1]] as const) {
      const jpeg = await noiseJpeg(width, height);
      const own = pixelsOf(await createImageBitmap(new Blob([jpeg], {type: 'image/jpeg'})));
      const seen = nextEvent(view, 'frame');
      connection.sendFrame(jpeg);
      await seen;
      const pixels = pixelsOf(await createImageBitmap(await view.snapshot()));
      assert.equal(pixels.length, own.length);
      assert.equal(pixels.findIndex((value, at) => value !== own[at]), -1, `${width} × ${height}`);
    }
  });

  it('takes the decoder that does not wait for the page: not the same in each engine', async () => {
    const decoded = await (await chooseDecoder())(await plainJpeg(RED));
    assert.equal('image' in decoded && decoded.image.constructor, navigator.userAgent.includes('Firefox') ? VideoFrame : ImageBitmap);
  });

  it('paints nothing while nobody sees the page, and the newest once somebody does', async () => {
    const {framesReceived, framesPainted} = view.getStats();
    setVisibility('hidden');
    try {
      await server.until(() => connection.of('pause').length === 1);
      for (const colour of [GREEN, BLUE]) connection.sendFrame(await plainJpeg(colour));
      await server.until(() => view.getStats().framesReceived === framesReceived + 2);
      assert.isTrue(await colourAt(view, 160, 90, RED), 'on the worker\'s own canvas');
      assert.equal(view.getStats().framesPainted, framesPainted);
    } finally {
      const seen = nextEvent(view, 'frame');
      setVisibility(undefined);
      await seen;
    }
    assert.isTrue(await colourAt(view, 160, 90, BLUE));
    assert.equal(view.getStats().framesPainted, framesPainted + 1);
  });

  it('on a canvas that took the place of another one: a move to another document and back, a snapshot and a capture as on the first', async () => {
    for (const thread of ['page', 'auto'] as const) {
      view.thread = thread;
      const index = server.connections.length;
      view.connect();
      connection = await server.connection(index);
      connection.hello();
      await show(RED);
    }
    const canvas = canvasOf(view);
    const frame = document.createElement('iframe');
    document.body.append(frame);
    for (const [place, colour] of [[frame.contentDocument?.body, GREEN], [document.body, BLUE]] as const) {
      place?.append(view);
      await view.updateComplete;
      await show(colour);
      assert.equal(canvasOf(view), canvas);
      assert.isTrue(await colourAt(view, 160, 90, colour));
    }
    frame.remove();
    assert.equal(view.getStats().thread, 'worker');
    const video = Object.assign(document.createElement('video'), {muted: true, srcObject: canvas.captureStream()});
    const playing = video.play();
    await show(GREEN);
    await playing;
    while (!isColour(pixelsOf(video), GREEN)) await new Promise(requestAnimationFrame);
  });

  // The last test, because the page gets no other worker.
  it('a worker that is gone without a word: the view stalls, and comes back on the page with the last picture meanwhile', async () => {
    const states: string[] = [];
    view.addEventListener('statechange', ({state}) => states.push(state));
    for (const worker of watch.workers) worker.terminate();
    await toState(view, 'stalled');
    await toState(view, 'reconnecting');
    const next = await server.connection(1);
    next.hello();
    assert.isTrue((await view.snapshot()).size > 0);
    view.thread = 'page';
    await show(GREEN, next);
    assert.isTrue(await colourAt(view, 160, 90, GREEN));
    assert.deepEqual(states, ['stalled', 'reconnecting', 'live']);
    assert.equal(view.getStats().thread, 'page');
  });
});

function setVisibility(state: DocumentVisibilityState | undefined): void {
  if (state) Object.defineProperty(document, 'visibilityState', {configurable: true, value: state});
  else Reflect.deleteProperty(document, 'visibilityState');
  document.dispatchEvent(new Event('visibilitychange'));
}

function pixelsOf(picture: ImageBitmap | HTMLVideoElement): Uint8ClampedArray {
  const [width, height] = picture instanceof ImageBitmap ? [picture.width, picture.height] : [picture.videoWidth, picture.videoHeight];
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (!context) throw new Error('This browser gives no 2D context.');
  context.drawImage(picture, 0, 0);
  return context.getImageData(0, 0, width, height).data;
}

/** Whether the first pixel has a colour (`#rrggbb`), within the precision of JPEG and video. */
function isColour(pixels: Uint8ClampedArray, colour: string): boolean {
  return [1, 3, 5].every((at, channel) => Math.abs((pixels[channel] ?? 0) - parseInt(colour.slice(at, at + 2), 16)) <= 16);
}
