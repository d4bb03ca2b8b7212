import type {Page} from 'playwright';
import {WebSocketServer} from 'ws';
import type {AddressInfo} from 'node:net';
import {parsePlayerMessage} from '../../src/protocol.js';
import {GREY_JPEG} from '../support/grey-jpeg.js';
import {type Row, median, quantile} from './report.js';
import type {Stage} from './stage.js';
import {WORKER_METER} from './worker-meter.js';

const MEASURE = 'Input';
const PLAYERS = ['bare-input', 'element-input', 'element-page-input'] as const;

interface Run {
  readonly pressMs: readonly number[];
  readonly points: number;
  readonly pointsOnWire: number;
  readonly messages: number;
  readonly animationFrames: number;
  readonly taskMs: number;
}

/** From a DOM event to the bytes on the socket; and what a mouse of 1,000 Hz costs. */
export async function measureInput(stage: Stage, {presses, seconds}: {presses: number; seconds: number}): Promise<Row[]> {
  stage.workerMeter = WORKER_METER;
  const bare = await play(stage, PLAYERS[0], presses, seconds);
  const element = await play(stage, PLAYERS[1], presses, seconds);
  const onPage = await play(stage, PLAYERS[2], presses, seconds);
  stage.workerMeter = '';
  return [
    {measure: MEASURE, what: 'press to bytes on the socket, median, the element ÷ a bare listener', value: median(element.pressMs) / median(bare.pressMs)},
    {measure: MEASURE, what: 'the same ÷ the element on the page\'s thread', value: median(element.pressMs) / median(onPage.pressMs), goal: {atMost: 1.5}},
    {measure: MEASURE, what: 'the same, 99th percentile', value: quantile(element.pressMs, 0.99) / quantile(bare.pressMs, 0.99)},
    {measure: MEASURE, what: 'a 1,000 Hz mouse: messages an animation frame', value: element.messages / element.animationFrames, goal: {atMost: 1}},
    {measure: MEASURE, what: 'a 1,000 Hz mouse: points lost', value: element.points - element.pointsOnWire, unit: `of ${element.points}`, goal: {atMost: 0}},
    {measure: MEASURE, what: 'a 1,000 Hz mouse: main-thread time, the element ÷ a bare listener', value: element.taskMs / bare.taskMs},
  ];
}

async function play(stage: Stage, player: (typeof PLAYERS)[number], presses: number, seconds: number): Promise<Run> {
  let pointsOnWire = 0;
  const sockets = new WebSocketServer({port: 0, host: '127.0.0.1'});
  sockets.on('connection', (socket) => {
    socket.send(GREY_JPEG);
    socket.on('message', (data: Buffer) => {
      const parsed = parsePlayerMessage(data.toString());
      if (parsed.kind === 'message' && parsed.message.type === 'mouse' && parsed.message.event === 'move') pointsOnWire += 1 + (parsed.message.path?.length ?? 0);
    });
  });
  const page = await stage.page(player);
  await page.evaluate((address) => window.startInput(address), `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`);
  await press(page, presses);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', {timeDomain: 'threadTicks'});
  const before = await page.evaluate(() => ({points: window.inputMeter.points, messages: window.inputMeter.messages, animationFrames: window.inputMeter.animationFrames}));
  const pointsBefore = pointsOnWire;
  const taskBefore = await taskMsOf(cdp);
  await moveAt1kHz(cdp, seconds);
  // All of it has been handled once a later evaluation answers, and the frame after it has gone.
  await page.evaluate(() => new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(resolve));
  }));
  const taskMs = await taskMsOf(cdp) - taskBefore;
  const meter = await page.evaluate(() => window.inputMeter);
  if (meter.pressMs.length === 0) throw new Error(`No press of ${player} was seen on its socket.`);
  await page.close();
  for (const client of sockets.clients) client.terminate();
  sockets.close();
  return {
    pressMs: meter.pressMs, points: meter.points - before.points, pointsOnWire: pointsOnWire - pointsBefore,
    messages: meter.messages - before.messages, animationFrames: meter.animationFrames - before.animationFrames, taskMs,
  };
}

async function press(page: Page, count: number): Promise<void> {
  await page.mouse.move(640, 360);
  for (let left = count; left > 0; left--) {
    await page.mouse.down();
    await page.mouse.up();
  }
}

type Cdp = Awaited<ReturnType<ReturnType<Page['context']>['newCDPSession']>>;

/** Points a millisecond apart by their own time stamps, sent as fast as they come due. All are on the picture, a square no higher than the window. */
async function moveAt1kHz(cdp: Cdp, seconds: number): Promise<void> {
  const startMs = performance.now();
  const total = seconds * 1000;
  let last: Promise<unknown> = Promise.resolve();
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, performance.now() - startMs);
    for (; sent < due; sent++) {
      last = cdp.send('Input.dispatchMouseEvent', {type: 'mouseMoved', x: 400 + (sent % 280), y: 100 + (sent % 260)});
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await last;
}

async function taskMsOf(cdp: Cdp): Promise<number> {
  const {metrics} = await cdp.send('Performance.getMetrics');
  return (metrics.find(({name}) => name === 'TaskDuration')?.value ?? NaN) * 1000;
}
