import {assert} from 'chai';
import '../../src/index.js';
import {BitmapCount} from '../support/bitmaps.js';
import {plainJpeg} from '../support/frames.js';
import {cdp} from '../support/input-commands.js';
import {nextFrame} from '../support/interactive-view.js';
import {nextEvent, placeView, toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import {testThread} from '../support/thread.js';
import {times} from '../support/thorough.js';
import {TimerCount} from '../support/timers.js';
import {WorkerWatch} from '../support/worker-watch.js';

const FRAMES = await times(8_000, 100_000);
const ROUNDS = await times(80, 1000);
const MIB = 1024 * 1024;

describe('memory', () => {
  it(`is flat over ${FRAMES} frames, and no bitmap stays`, async () => {
    const server = await PreviewServer.start();
    const view = placeView({thread: 'page'});
    view.src = server.url;
    const connection = await server.connection();
    connection.hello();
    connection.sendFrame(await plainJpeg('#20c020', 16, 16));
    await nextEvent(view, 'frame');
    const bitmaps = new BitmapCount();
    const flood = async (frames: number) => {
      const floods = connection.floods + 1;
      connection.flood(frames, 200);
      await server.until(() => connection.floods === floods);
      return heap();
    };
    const before = await flood(FRAMES / 20);
    for (let part = 0; part < 4; part++) {
      const after = await flood(FRAMES / 4);
      assert.isBelow(after.used - before.used, MIB, 'objects');
      assert.isBelow(after.backing - before.backing, MIB, 'buffers');
      assert.equal(bitmaps.live, 0);
    }
    assert.equal(bitmaps.mostLive, 1);
    const {framesReceived, framesPainted, framesDropped} = view.getStats();
    assert.equal(framesReceived, FRAMES + FRAMES / 20 + 1);
    assert.equal(framesPainted + framesDropped, framesReceived);
    assert.isAbove(framesPainted, FRAMES / 200, 'it is the painting that is flat');
    bitmaps.stop();
    view.remove();
    server.stop();
  }).timeout(120_000);

  it(`of ${ROUNDS} elements that came and went is given back: no socket, timer, listener or element stays`, async () => {
    const testedThread = await testThread();
    const server = await PreviewServer.start();
    const jpeg = await plainJpeg('#20c020', 16, 16);
    const views: WeakRef<Element>[] = [];
    // The first elements create what exists once per page.
    for (let i = 0; i < 20; i++) await round(server, i, jpeg);
    const before = await domCounters();
    const worker = new WorkerWatch();
    const timers = new TimerCount();
    for (let i = 0; i < ROUNDS; i++) views.push(await round(server, i, jpeg));
    await server.until(() => server.connections.every(({closeCode}) => closeCode !== undefined));
    // The last elements may still be referenced by pending tasks.
    let after = await domCounters();
    for (let tries = 0; tries < 50 && after.nodes - before.nodes > 20; tries++) {
      await nextFrame();
      after = await domCounters();
    }
    timers.stop();
    worker.stop();
    assert.equal(worker.views.size, 0, 'pipelines in the worker');
    assert.equal(worker.workers.size, testedThread === 'worker' ? 1 : 0);
    assert.deepEqual(timers.pending, [], 'timers');
    assert.isAtMost(after.nodes - before.nodes, 20, 'nodes');
    assert.isAtMost(after.listeners - before.listeners, 20, 'listeners');
    assert.isAtMost(views.filter((view) => view.deref()).length, 1, 'elements');
    server.stop();
  }).timeout(120_000);
});

/** The life of one element. Each ends at another stage. */
async function round(server: PreviewServer, number: number, jpeg: ArrayBuffer): Promise<WeakRef<Element>> {
  const view = placeView({controls: number % 2 === 0});
  const src = server.url.replace('secret-token', crypto.randomUUID());
  if (number % 5 === 4) view.tokenProvider = () => new Promise(() => {});
  else view.src = src;
  await toState(view, 'connecting');
  if (number % 5 < 3) {
    const connection = await server.until(() => server.connections.find(({url}) => src.endsWith(url)));
    connection.hello();
    if (number % 5 < 2) {
      connection.sendFrame(jpeg);
      await toState(view, 'live');
    }
    if (number % 5 === 1) {
      connection.terminate();
      await toState(view, 'reconnecting');
    }
  }
  view.remove();
  await toState(view, 'idle');
  return new WeakRef(view);
}

async function heap(): Promise<{used: number; backing: number}> {
  await cdp('HeapProfiler.collectGarbage');
  const usage = await cdp('Runtime.getHeapUsage');
  return {used: numberOf(usage, 'usedSize'), backing: numberOf(usage, 'backingStorageSize')};
}

async function domCounters(): Promise<{nodes: number; listeners: number}> {
  await cdp('HeapProfiler.collectGarbage');
  await cdp('HeapProfiler.collectGarbage');
  const counters = await cdp('Memory.getDOMCounters');
  return {nodes: numberOf(counters, 'nodes'), listeners: numberOf(counters, 'jsEventListeners')};
}

function numberOf(answer: unknown, name: string): number {
  const value: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, name) : undefined;
  if (typeof value !== 'number') throw new TypeError(`The answer has no number '${name}'.`);
  return value;
}
