import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {COLOURS, plainJpeg} from '../support/frames.js';
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
    // A moment later than the worker says.
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

  // The last one: there is no other worker for this page.
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
