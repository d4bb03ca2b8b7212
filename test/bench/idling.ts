import type {ChaserLiveView} from '../../src/index.js';
import {ServerProcess} from '../support/server-process.js';
import {cpuSecondsOf} from './processes.js';
import type {Row} from './report.js';
import type {Stage} from './stage.js';
import {WORKER_METER, askForTraffic} from './worker-meter.js';

const MEASURE = 'Idle';

/** What it costs to watch a page that does not change. */
export async function measureIdle(stage: Stage, {seconds}: {seconds: number}): Promise<Row[]> {
  const server = await ServerProcess.start({CHASER_ALLOWED_ORIGINS: '*'});
  try {
    const session = await server.session();
    stage.workerMeter = WORKER_METER;
    const page = await stage.page('element');
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Performance.enable', {timeDomain: 'threadTicks'});
    await page.locator('chaser-live-view').evaluate((view: ChaserLiveView, token) => {
      view.previewToken = token;
      window.animationFrames = 0;
      const request = window.requestAnimationFrame.bind(window);
      window.requestAnimationFrame = (callback) => {
        window.animationFrames++;
        return request(callback);
      };
      window.timers = 0;
      const start = window.setTimeout.bind(window);
      Reflect.set(window, 'setTimeout', (callback: () => void, delayMs?: number) => start(() => {
        window.timers++;
        callback();
      }, delayMs));
    }, await server.mint(session.id));
    await page.waitForFunction(() => document.querySelector('chaser-live-view')?.state === 'live');
    // The first pings, and what the page's own start had left to do.
    await wait(3000);
    const before = await look();
    await wait(seconds * 1000);
    const after = await look();
    await page.close();
    const each = (value: number) => value / seconds;
    return [
      {measure: MEASURE, what: `frames in ${seconds} s`, value: after.frames - before.frames, goal: {atMost: 0}},
      {measure: MEASURE, what: 'animation frames asked for', value: after.animationFrames - before.animationFrames, goal: {atMost: 0}},
      {measure: MEASURE, what: 'timers that fired, a second', value: each(after.timers - before.timers)},
      {measure: MEASURE, what: 'messages a second, both ways (a ping and its answer)', value: each(after.messages - before.messages), goal: {atMost: 1}},
      {measure: MEASURE, what: 'bytes a second', value: each(after.bytes - before.bytes)},
      {measure: MEASURE, what: "the page's main thread, share of a core", value: each(after.taskSeconds - before.taskSeconds)},
      {measure: MEASURE, what: "the server's share of a core, its browser apart", value: each(after.serverSeconds - before.serverSeconds)},
    ];

    async function look(): Promise<{frames: number; animationFrames: number; timers: number; taskSeconds: number; serverSeconds: number; messages: number; bytes: number}> {
      const {metrics} = await cdp.send('Performance.getMetrics');
      const counts = await page.evaluate(() => ({
        frames: document.querySelector('chaser-live-view')?.getStats().framesReceived ?? NaN, animationFrames: window.animationFrames, timers: window.timers,
      }));
      return {...counts, ...await page.evaluate(askForTraffic), taskSeconds: metrics.find(({name}) => name === 'TaskDuration')?.value ?? NaN, serverSeconds: cpuSecondsOf(server.process.pid)};
    }
  } finally {
    stage.workerMeter = '';
    await server.stop();
  }
}

/** Nothing happens, for a while: that is what is measured. */
function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

declare global {
  interface Window {
    animationFrames: number;
    timers: number;
  }
}
