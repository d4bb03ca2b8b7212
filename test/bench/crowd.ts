import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {encode} from 'chaser-live-view/protocol';
import {WebSocket} from 'ws';
import {findBrowser} from '../../demo/server/find-browser.js';
import {LocalBrowser} from '../../demo/server/session/browser.js';
import {CdpConnection} from '../../demo/server/session/cdp.js';
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

/** What is measured side by side. */
export interface Side {
  /** The preview socket's address. */
  readonly url: string;
  readonly process: ChildProcess;
}

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
  /** Before the first is measured, and after the viewers of each count have come. */
  readonly settleSeconds: {readonly start: number; readonly viewers: number};
}

/** What the server spends on many viewers of one session, beside a bare broadcast of the same page's frames to as many. */
export async function measureCrowd(stage: Stage, {viewers, rounds, seconds, settleSeconds}: CrowdOptions): Promise<Row[]> {
  const site = createServer((_, response) => response.setHeader('content-type', 'text/html').end(PAGE));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const path = findBrowser();
  if (!path) throw new Error('There is no browser on this machine: set CHASER_BROWSER.');
  // One browser, of which either has a connection of its own: through the server's, the broadcast would keep it at work.
  const browser = await LocalBrowser.launch({path, screenSize: SCREEN, isMobile: false, blockedHosts: []});
  let server: ServerProcess | undefined;
  let bare: Side | undefined;
  const rows: Row[] = [];
  try {
    server = await ServerProcess.start({CHASER_FPS: String(FPS), CHASER_ALLOWED_ORIGINS: '*', CHASER_CDP_URL: browser.url});
    const session = await server.session();
    bare = await startBroadcast(browser.url, await openPage(session, site));
    // Some seconds after its start a process collects what it had needed for that.
    await rest(settleSeconds.start * 1000);
    // The most first: with few frames it takes either of them minutes until their code is compiled.
    for (const count of viewers.toSorted((a, b) => b - a)) {
      const ours: Side = {url: (await server.mint(session.id)).url, process: server.process};
      const crowds = await Promise.all([ours, bare].map((side) => Crowd.gather(side, count)));
      await rest(settleSeconds.viewers * 1000);
      rows.unshift(...await compare(count, crowds, rounds, seconds));
      for (const crowd of crowds) crowd.leave();
    }
    bare.process.kill('SIGKILL');
    rows.push(await measureWall(stage, (await server.mint(session.id)).url, seconds));
  } finally {
    bare?.process.kill('SIGKILL');
    await server?.stop();
    await browser.close();
    site.close();
  }
  return rows;
}

/** Sends the session's page there; gives the id of its target. */
export async function openPage({cdpUrl}: Session, site: Server): Promise<string> {
  const automation = await CdpConnection.open(cdpUrl);
  const {targetInfos} = await automation.browser.send('Target.getTargets');
  const targetId = targetInfos.find(({type}) => type === 'page')?.targetId ?? '';
  const {sessionId} = await automation.browser.send('Target.attachToTarget', {targetId, flatten: true});
  await automation.session(sessionId).send('Page.navigate', {url: `http://127.0.0.1:${(site.address() as AddressInfo).port}/`});
  automation.close();
  return targetId;
}

/** Both at the same time: they have the same machine, and neither is ever at rest, when it would clear up. */
async function compare(count: number, crowds: readonly Crowd[], rounds: number, seconds: number): Promise<Row[]> {
  const costs: Cost[][] = [];
  for (let round = 0; round < rounds; round++) {
    for (const crowd of crowds) crowd.begin();
    await rest(seconds * 1000);
    costs.push(crowds.map((crowd) => crowd.end()));
  }
  const ratio = (value: (cost: Cost) => number) => median(costs.map(([ours, bare]) => ours && bare ? value(ours) / value(bare) : NaN));
  const who = `${count} ${count === 1 ? 'viewer' : 'viewers'}`;
  return [
    {measure: MEASURE, what: `${who}: the server's processor time a frame ÷ a bare broadcast's`, value: ratio(({cpuSeconds}) => cpuSeconds), goal: {atMost: 1.15}},
    {measure: MEASURE, what: `${who}: memory ÷ a bare broadcast's`, value: ratio(({residentBytes}) => residentBytes)},
    {measure: MEASURE, what: `${who}: how long after the first of them the median one has a frame, in frame intervals`, value: median(costs.map(([ours]) => ours?.spreadMs ?? NaN)) * FPS / 1000},
  ];
}

/** Built, as the server is: what reads TypeScript as it runs has a thread and a heap of its own. */
export async function startBroadcast(cdpUrl: string, targetId: string, intervalMs = 1000 / FPS): Promise<Side> {
  const source = fileURLToPath(new URL('broadcast.ts', import.meta.url));
  const file = fileURLToPath(new URL('../../test-results/broadcast.js', import.meta.url));
  await build({entryPoints: [source], outfile: file, bundle: true, packages: 'external', platform: 'node', format: 'esm', logLevel: 'silent'});
  const child = spawn(process.execPath, [file, cdpUrl, targetId, String(intervalMs)], {stdio: ['ignore', 'pipe', 'inherit']});
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk).trim()));
    child.once('exit', () => reject(new Error('The broadcast ended.')));
  });
  return {url: `ws://127.0.0.1:${port}`, process: child};
}

/** The viewers of one side. */
export class Crowd {
  readonly #pid: number | undefined;
  readonly #sockets: readonly WebSocket[];
  /** By the picture, when each of them had it. */
  readonly #arrivals = new Map<string, number[]>();
  #delivered = 0;
  #before = {delivered: 0, cpuSeconds: 0};

  /** Resolves when everybody has a picture, and it changes. */
  static async gather({url, process: {pid}}: Side, count: number, takesPatches = false): Promise<Crowd> {
    const crowd = new Crowd(pid, Array.from({length: count}, () => new WebSocket(url, {perMessageDeflate: false})));
    await Promise.all(crowd.#sockets.map((socket) => once(socket, 'open')));
    if (takesPatches) for (const socket of crowd.#sockets) socket.send(encode({type: 'accept', patches: true}));
    while (crowd.#delivered < 3 * count) await rest(100);
    return crowd;
  }

  private constructor(pid: number | undefined, sockets: readonly WebSocket[]) {
    this.#pid = pid;
    this.#sockets = sockets;
    for (const socket of sockets) {
      let done = 0;
      socket.on('message', (data: Buffer, isBinary) => {
        if (!isBinary) return;
        this.#note(data);
        socket.send(encode({type: 'ack', frames: ++done}));
      });
    }
  }

  begin(): void {
    this.#arrivals.clear();
    this.#before = {delivered: this.#delivered, cpuSeconds: cpuSecondsOf(this.#pid)};
  }

  /** What it has cost since `begin`. */
  end(): Cost {
    const cpuSeconds = cpuSecondsOf(this.#pid) - this.#before.cpuSeconds;
    const spreads = [...this.#arrivals.values()].map((times) => median(times) - Math.min(...times));
    return {cpuSeconds: cpuSeconds / (this.#delivered - this.#before.delivered), residentBytes: residentBytesOf(this.#pid), spreadMs: median(spreads)};
  }

  leave(): void {
    for (const socket of this.#sockets) socket.terminate();
  }

  #note(frame: Buffer): void {
    this.#delivered++;
    const key = `${frame.length}:${frame.subarray(-64).toString('base64')}`;
    const times = this.#arrivals.get(key) ?? [];
    this.#arrivals.set(key, times);
    times.push(performance.now());
  }
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
  return {measure: MEASURE, what: `nine elements in one page at ${FPS} frames a second: the main thread, share of a core`, value, goal: {atMost: 0.05}};
}

export function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
