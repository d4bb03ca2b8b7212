import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type Browser, chromium, expect, test} from 'playwright/test';
import {CdpConnection} from '../../demo/server/session/cdp.js';
import {processesOf} from '../support/processes.js';
import {PreviewClient, ServerProcess} from '../support/server-process.js';

/** An hour of frames at the default rate; `SOAK_FRAMES` is for a shorter look. */
const FRAMES = Number(process.env['SOAK_FRAMES'] ?? 60 * 60 * 5);
/** What is taken for warming up: code gets compiled, buffers get their size. */
const WARM_UP_FRAMES = FRAMES / 6;
/** They share the hour: each is bound by the fastest rate that there is, and by what its browser can paint. */
const SESSIONS = 3;
const VIEWERS = 5;
/** After so many frames each viewer makes way for another. */
const STAY_FRAMES = 200;

/** Megabytes: what is alive in the heap and in the buffers of frames, and what the process holds of the machine. */
interface Memory {
  readonly alive: number;
  readonly resident: number;
}

async function memoryOf(inspector: CdpConnection): Promise<Memory> {
  const {browser} = inspector;
  await browser.send('HeapProfiler.collectGarbage');
  const {result} = await browser.send('Runtime.evaluate', {returnByValue: true, expression: `{
    const {heapUsed, arrayBuffers, rss} = process.memoryUsage();
    ({alive: (heapUsed + arrayBuffers) / 2 ** 20, resident: rss / 2 ** 20});
  }`});
  return result.value;
}

/** All that the server's sessions put there is in here. */
let folder: string;

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaser-soak-'));
});

test.afterAll(() => rmSync(folder, {recursive: true, force: true, maxRetries: 10, retryDelay: 50}));

/** The folders and the browsers that are there, of sessions that run and of others. */
function browsers(): {folders: number; browsers: number} {
  return {
    folders: readdirSync(folder).filter((name) => name.startsWith('chaser-')).length,
    browsers: processesOf(folder).filter(({command}) => command.includes('--remote-debugging-port') && !command.includes('--type=')).length,
  };
}

/** A session whose page is never at rest, and small: what takes the time here is the browser's work on each frame. */
async function restless(server: ServerProcess): Promise<{readonly url: string; readonly automation: Browser}> {
  const session = await server.session();
  const automation = await chromium.connectOverCDP(session.cdpUrl);
  const page = automation.contexts()[0]?.pages()[0];
  await page?.setViewportSize({width: 320, height: 180});
  await page?.evaluate(() => {
    let count = 0;
    requestAnimationFrame(function paint() {
      document.body.style.background = `linear-gradient(${count++}deg, teal, orange)`;
      requestAnimationFrame(paint);
    });
  });
  return {url: (await server.mint(session.id)).url, automation};
}

/** A session that is watched for a moment, and deleted. */
async function passing(server: ServerProcess): Promise<void> {
  const {id} = await server.session();
  const client = new PreviewClient((await server.mint(id)).url);
  await client.until(() => client.frames.length > 0);
  await server.delete(id);
  await client.untilClosed();
}

test('an hour of frames, viewers coming and going, sessions too: the server holds what it held at the start', async () => {
  const server = await ServerProcess.start({CHASER_FPS: '60', CHASER_TOKEN_TTL: '3600', NODE_OPTIONS: '--inspect=127.0.0.1:0', TMPDIR: folder});
  const inspector = await CdpConnection.open(/Debugger listening on (ws:\S+)/.exec(server.output)?.[1] ?? '');
  const sessions = await Promise.all(Array.from({length: SESSIONS}, () => restless(server)));
  let frames = 0;
  const watch = async (url: string, until: number) => {
    while (frames < until) {
      const client = new PreviewClient(url).ackAll();
      await client.until(() => client.closed ?? client.frames.length >= STAY_FRAMES);
      expect(client.closed).toBeUndefined();
      // Everybody is sent every frame of the session.
      frames += client.frames.length / VIEWERS;
      client.close();
    }
  };
  const take = (until: number) => Promise.all(sessions.flatMap(({url}) => Array.from({length: VIEWERS}, () => watch(url, until))));
  await take(WARM_UP_FRAMES / 2);
  await passing(server);
  await take(WARM_UP_FRAMES);
  const before = await memoryOf(inspector);
  for (let part = 1; part <= 5; part++) {
    await take(WARM_UP_FRAMES + (FRAMES - WARM_UP_FRAMES) * part / 5);
    await passing(server);
  }
  const after = await memoryOf(inspector);
  expect.soft(after.alive).toBeLessThan(before.alive * 1.1);
  expect.soft(after.resident).toBeLessThan(before.resident * 1.1);
  for (const {automation} of sessions) await automation.close();
  expect(await server.call('GET', '/healthz')).toMatchObject({body: {sessions: SESSIONS}});
  // Those of the sessions that were passing are gone.
  expect.soft(browsers()).toEqual({folders: SESSIONS, browsers: SESSIONS});
  inspector.close();
  expect(await server.stop()).toEqual({status: 0, signal: null});
  // A process that was killed may take a moment to be gone.
  await expect.poll(() => processesOf(folder), {timeout: 15_000}).toEqual([]);
  expect(browsers()).toEqual({folders: 0, browsers: 0});
});
