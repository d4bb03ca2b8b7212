import {type ChildProcess, spawn} from 'node:child_process';
import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {fileURLToPath} from 'node:url';
import {encode} from 'chaser-live-view/protocol';
import {WebSocket} from 'ws';
import {findBrowser} from '../../demo/find-browser.js';
import {LocalBrowser} from '../../demo/session/browser.js';
import {CdpConnection} from '../../demo/session/cdp.js';
import {ServerProcess, type Session} from '../support/server-process.js';
import {cpuSecondsOf, residentBytesOf} from './processes.js';
import {type Row, median} from './report.js';
import type {Stage} from './stage.js';

const MEASURE = 'Many';
const FPS = 5;
const SCREEN = {width: 1920, height: 1080};
/** A page that is never at rest. */
const PAGE = `<!doctype html><body style="margin:0"><style>@keyframes turn { to { rotate: 1turn } }
  div { width: 300px; height: 300px; margin: 100px; background: conic-gradient(#e63946, #457b9d, #e63946); animation: turn 3s linear infinite }</style>
  <div></div><p>${'Many are watching. '.repeat(300)}</p>`;

interface Cost {
  /** Processor seconds a frame that was delivered. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  /** Of all frames that one viewer got, the median of the time after the first viewer had got the same one. */
  readonly spreadMs: number;
}

interface CrowdOptions {
  readonly viewers: readonly number[];
  readonly rounds: number;
  readonly seconds: number;
  readonly settleSeconds: number;
}

/** What the server spends on many viewers of one session, beside a bare broadcast of the same page's frames. */
export async function measureCrowd(stage: Stage, {viewers, rounds, seconds, settleSeconds}: CrowdOptions): Promise<Row[]> {
  const site = createServer((_, response) => response.setHeader('content-type', 'text/html').end(PAGE));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const path = findBrowser();
  if (!path) throw new Error('There is no browser on this machine: set CHASER_BROWSER.');
  // One browser, of which either has a connection of its own: through the server's, the broadcast would keep it at work.
  const browser = await LocalBrowser.launch({path, screenSize: SCREEN, isMobile: false, blockedHosts: []});
  const server = await ServerProcess.start({CHASER_FPS: String(FPS), CHASER_ALLOWED_ORIGINS: '*', CHASER_CDP_URL: browser.url});
  const rows: Row[] = [];
  try {
    const session = await server.session();
    const bare = await startBroadcast(browser.url, await openPage(session, site));
    // Some seconds after its start a process collects what it had needed for that.
    await rest(settleSeconds * 1000);
    // The most first: with few frames it takes either of them minutes until their code is compiled.
    for (const count of viewers.toSorted((a, b) => b - a)) {
      const {url} = await server.mint(session.id);
      rows.unshift(...await compare(count, rounds, () => watch(url, count, seconds, server.process), () => watch(bare.url, count, seconds, bare.process)));
    }
    bare.process.kill('SIGKILL');
    rows.push(await measureWall(stage, (await server.mint(session.id)).url, seconds));
  } finally {
    await server.stop();
    await browser.close();
    site.close();
  }
  return rows;
}

/** Sends the session's page there; gives the id of its target. */
async function openPage({cdpUrl}: Session, site: Server): Promise<string> {
  const automation = await CdpConnection.open(cdpUrl);
  const {targetInfos} = await automation.browser.send('Target.getTargets');
  const targetId = targetInfos.find(({type}) => type === 'page')?.targetId ?? '';
  const {sessionId} = await automation.browser.send('Target.attachToTarget', {targetId, flatten: true});
  await automation.session(sessionId).send('Page.navigate', {url: `http://127.0.0.1:${(site.address() as AddressInfo).port}/`});
  automation.close();
  return targetId;
}

/** In turns, so that both have the same machine. */
async function compare(count: number, rounds: number, watchOurs: () => Promise<Cost>, watchBare: () => Promise<Cost>): Promise<Row[]> {
  const pairs: {readonly ours: Cost; readonly bare: Cost}[] = [];
  for (let round = 0; round < rounds; round++) pairs.push({ours: await watchOurs(), bare: await watchBare()});
  const ratio = (value: (cost: Cost) => number) => median(pairs.map(({ours, bare}) => value(ours) / value(bare)));
  const who = `${count} ${count === 1 ? 'viewer' : 'viewers'}`;
  return [
    {measure: MEASURE, what: `${who}: the server's processor time a frame ÷ a bare broadcast's`, value: ratio(({cpuSeconds}) => cpuSeconds), goal: {atMost: 1.15}},
    {measure: MEASURE, what: `${who}: memory ÷ a bare broadcast's`, value: ratio(({residentBytes}) => residentBytes)},
    {measure: MEASURE, what: `${who}: how long after the first of them the median one has a frame, in frame intervals`, value: median(pairs.map(({ours}) => ours.spreadMs)) * FPS / 1000},
  ];
}

async function startBroadcast(cdpUrl: string, targetId: string): Promise<{url: string; process: ChildProcess}> {
  const file = fileURLToPath(new URL('broadcast.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', file, cdpUrl, targetId, String(1000 / FPS)], {stdio: ['ignore', 'pipe', 'inherit']});
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk).trim()));
    child.once('exit', () => reject(new Error('The broadcast ended.')));
  });
  return {url: `ws://127.0.0.1:${port}`, process: child};
}

async function watch(url: string, count: number, seconds: number, {pid}: ChildProcess): Promise<Cost> {
  const arrivals = new Map<string, number[]>();
  let delivered = 0;
  let move = () => {};
  /** Everybody has a picture, and it changes. */
  const moving = new Promise<void>((resolve) => {
    move = resolve;
  });
  const sockets = await Promise.all(Array.from({length: count}, () => open(url, (frame) => {
    delivered++;
    if (delivered > 3 * count) move();
    const key = `${frame.length}:${frame.subarray(-64).toString('base64')}`;
    const times = arrivals.get(key) ?? [];
    arrivals.set(key, times);
    times.push(performance.now());
  })));
  await moving;
  await rest(1000);
  const [deliveredBefore, cpuBefore] = [delivered, cpuSecondsOf(pid)];
  arrivals.clear();
  await rest(seconds * 1000);
  const [frames, cpu] = [delivered - deliveredBefore, cpuSecondsOf(pid) - cpuBefore];
  const spreads = [...arrivals.values()].map((times) => median(times) - Math.min(...times));
  const residentBytes = residentBytesOf(pid);
  for (const socket of sockets) socket.terminate();
  return {cpuSeconds: cpu / frames, residentBytes, spreadMs: median(spreads)};
}

function open(url: string, onFrame: (frame: Buffer) => void): Promise<WebSocket> {
  const socket = new WebSocket(url, {perMessageDeflate: false});
  let done = 0;
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) return;
    onFrame(data);
    socket.send(encode({type: 'ack', frames: ++done}));
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('error', reject);
  });
}

/** Nine elements in one page, at the server's rate. */
async function measureWall(stage: Stage, url: string, seconds: number): Promise<Row> {
  const page = await stage.page('wall');
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', {timeDomain: 'threadTicks'});
  await page.evaluate((address) => window.startWall(Array.from({length: 9}, () => address)), url);
  await page.waitForFunction(() => [...document.querySelectorAll('chaser-live-view')].every(({state}) => state === 'live'));
  const taskSeconds = async () => (await cdp.send('Performance.getMetrics')).metrics.find(({name}) => name === 'TaskDuration')?.value ?? NaN;
  const before = await taskSeconds();
  await rest(seconds * 1000);
  const value = (await taskSeconds() - before) / seconds;
  await page.close();
  return {measure: MEASURE, what: `nine elements in one page at ${FPS} frames a second: the main thread, share of a core`, value};
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
