import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'playwright/test';
import {findBrowser} from '../../demo/server/find-browser.js';
import {DrivenSession} from '../support/driven-session.js';
import {type Json, PreviewClient, ServerProcess, spawnServer} from '../support/server-process.js';
import {startSession} from '../support/session.js';

/** A folder for the server's temporary files. Whatever is left in it was not cleaned up. */
let folder: string;

test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaser-lifecycle-'));
});

test.afterEach(() => {
  rmSync(folder, {recursive: true, force: true});
});

/** The processes of this machine that have this text in their command line. */
function processesOf(text: string): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return command.includes(text) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
    } catch {
      return false;
    }
  });
}

/** The environment of a process. Empty if the process has ended. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

/** Kills processes. The rest may end by themselves as soon as the first one is gone. */
function kill(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

/** Waits until the folder is empty and no process uses it. */
async function untilNothingIsLeft(): Promise<void> {
  await expect.poll(() => ({processes: processesOf(folder), files: existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('chaser-')) : []}), {timeout: 30_000})
    .toEqual({processes: [], files: []});
}

test('each bad setting is one clear line, with status 2, before anything starts', async () => {
  const bad: Readonly<Record<string, readonly string[]>> = {
    PORT: ['70000', '-1', 'http', '80.5'], HOST: ['a b', 'http://x/'], CHASER_KEYS: ['secret-key', 'k:', ':w', 'k:w:x', 'k:w,k:v', 'k:w,'],
    CHASER_BROWSER: ['/no/such/browser', '/etc/passwd'], CHASER_CDP_URL: ['localhost:9222', 'ftp://x/', 'not an address'],
    CHASER_FPS: ['0', '61', '5.5', 'fast'], CHASER_JPEG_QUALITY: ['0', '101'], CHASER_TOKEN_TTL: ['0', '-5', '1e9'],
    CHASER_TOKEN_SECRET: ['short-secret'], CHASER_MAX_SESSIONS: ['0', 'many'], CHASER_MAX_UPLOAD: ['0', '1025'], CHASER_MAX_DOWNLOADS: ['0', '10241', '5 MiB'], CHASER_ALLOWED_ORIGINS: ['app.example', 'https://app.example/', 'https://a.example,*.b.example'],
    CHASER_PUBLIC_URL: ['live.example.com', 'ws://live.example.com'], CHASER_NODE: ['Node 1'], CHASER_LOG_LEVEL: ['loud'],
  };
  // The first bad value of each variable, in one process. The error names all of them.
  const all = spawnServer(Object.fromEntries(Object.entries(bad).map(([name, [value = '']]) => [name, value])));
  const onOutput: string[] = [];
  all.child.stdout?.on('data', (chunk: Buffer) => onOutput.push(chunk.toString()));
  expect(await all.exited).toEqual({status: 2, signal: null});
  expect(onOutput, 'all of it is on standard error').toEqual([]);
  const lines = all.output.join('').trim().split('\n');
  expect(lines.map((line) => line.split(':')[0])).toEqual(Object.keys(bad));
  expect(lines.join('\n')).not.toMatch(/secret-key|short-secret|Demo:/);
  // The other values are tested without a process for each.
  const {ConfigError, readConfig} = await import('../../demo/server/config.js');
  for (const [name, values] of Object.entries(bad)) {
    for (const value of values) expect(() => readConfig({[name]: value}), `${name}=${value}`).toThrow(ConfigError);
  }
  expect(readConfig({PORT: '', CHASER_FPS: ' 60 '})).toMatchObject({port: 8787, host: '127.0.0.1', fps: 60, jpegQuality: 70, tokenTtlMs: 300_000, maxSessions: 10, maxUploadBytes: 50 * 1024 ** 2, maxDownloadBytes: 200 * 1024 ** 2});
});

test('a port in use is one clear line', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address ? String(address.port) : '';
  const {output, exited} = spawnServer({PORT: port});
  expect(await exited).toEqual({status: 1, signal: null});
  expect(output.join('').trim().split('\n')).toEqual([expect.stringMatching(new RegExp(`^Port ${port} .* in use`))]);
  other.close();
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal}: viewers are told to come back, then the browsers end, and nothing is left`, async () => {
    const server = await ServerProcess.start({TMPDIR: folder});
    const [session] = [await server.session()];
    // One session is still starting, and one viewer reads nothing.
    await server.create();
    const {url} = await server.mint(session.id);
    const [viewer, stuck] = [new PreviewClient(url), new PreviewClient(url)];
    await Promise.all([viewer, stuck].map((client) => client.until(() => client.frames.length > 0)));
    stuck.socket.pause();
    expect(processesOf(folder).length).toBeGreaterThan(1);
    const askedAtMs = performance.now();
    server.process.kill(signal);
    expect(await viewer.untilClosed()).toMatchObject({code: 1001});
    expect(await server.exited).toEqual({status: 0, signal: null});
    expect(performance.now() - askedAtMs).toBeLessThan(5_500);
    stuck.close();
    await untilNothingIsLeft();
  });
}

test('a server that is killed leaves no browser, no folder, whether the browser had started or not', async () => {
  const server = await ServerProcess.start({TMPDIR: folder});
  await server.session();
  await server.create();
  // The other browser's first process is enough.
  await expect.poll(() => {
    const names = readdirSync(folder).filter((name) => name.startsWith('chaser-session-'));
    return names.length === 2 && names.every((name) => processesOf(`${folder}/${name}`).length > 0);
  }, {intervals: [1]}).toBe(true);
  server.process.kill('SIGKILL');
  await server.exited;
  await untilNothingIsLeft();
});

test('all processes killed at once leave a profile: the next server clears it, and none that a running one owns', async () => {
  const [killed, running] = [await ServerProcess.start({TMPDIR: folder}), await ServerProcess.start({TMPDIR: folder})];
  await killed.session();
  const left = readdirSync(folder).find((name) => name.startsWith('chaser-session-')) ?? '';
  const {id} = await running.session();
  const profile = join(folder, left, 'profile');
  expect(existsSync(profile)).toBe(true);
  killed.process.kill('SIGSTOP');
  kill(processesOf(join(folder, left)));
  killed.process.kill('SIGKILL');
  await killed.exited;
  await expect.poll(() => processesOf(join(folder, left))).toEqual([]);
  expect(existsSync(profile)).toBe(true);
  const next = await ServerProcess.start({TMPDIR: folder});
  expect(existsSync(join(folder, left))).toBe(false);
  await running.untilStatus(id, 'ready');
  expect(readdirSync(folder).filter((name) => name.startsWith('chaser-session-'))).toHaveLength(1);
  await Promise.all([running.stop(), next.stop()]);
  await untilNothingIsLeft();
});

test('the warning that root has no sandbox is logged once', async () => {
  const server = await ServerProcess.start({TMPDIR: folder});
  await server.session();
  await server.session();
  expect(server.output.split('without Chromium\'s sandbox').length - 1).toBe(process.getuid?.() === 0 ? 1 : 0);
  await server.stop();
});

test('a killed browser ends its session with its streams and files, and no other session', async () => {
  const server = await ServerProcess.start({TMPDIR: folder});
  const doomed = await server.session();
  const first = readdirSync(folder).find((name) => name.startsWith('chaser-session-'));
  const other = await server.session();
  const viewer = new PreviewClient((await server.mint(doomed.id)).url);
  const bystander = new PreviewClient((await server.mint(other.id)).url);
  await viewer.until(() => viewer.frames.length > 0);
  await bystander.until(() => bystander.frames.length > 0);
  // The browser does not get the server's settings, such as keys.
  for (const pid of processesOf(`${folder}/${first ?? ''}/profile`)) expect(environmentOf(pid)).not.toMatch(/CHASER_|test-key/);
  kill(processesOf(`${folder}/${first ?? ''}/profile`));
  expect(await viewer.untilClosed()).toEqual({code: 4410, reason: 'session_ended'});
  const {body} = await server.call('GET', `/v1/sessions/${doomed.id}`);
  expect(body).toMatchObject({status: 'error', ended_reason: 'crashed', cdp_url: null});
  await bystander.untilHeard();
  await expect.poll(() => existsSync(join(folder, first ?? ''))).toBe(false);
  // A deleted session's folder is gone when the call is answered.
  const last = join(folder, readdirSync(folder).find((name) => name.startsWith('chaser-session-')) ?? '');
  const running = () => processesOf(`--user-data-dir=${last}/profile\0--remote-debugging-port`).length;
  expect(running()).toBe(1);
  expect((await server.delete(other.id)).status).toBe(204);
  expect([existsSync(last), running()]).toEqual([false, 0]);
  expect(await bystander.untilClosed()).toEqual({code: 4410, reason: 'session_ended'});
  await server.stop();
  await untilNothingIsLeft();
});

test('a session whose browser does not start ends in error, and many of them are listed in pages', async () => {
  const server = await ServerProcess.start({TMPDIR: folder, CHASER_BROWSER: '/bin/false', CHASER_MAX_SESSIONS: '30'});
  const {id, cdpUrl} = await server.create();
  expect(cdpUrl).toContain(id);
  await expect.poll(async () => (await server.call('GET', `/v1/sessions/${id}`)).body).toMatchObject({status: 'error', ended_reason: 'crashed', ready_at: null});
  const mint = await server.call('POST', `/v1/sessions/${id}/preview-token`, {body: {}});
  expect(mint.status).toBe(409);
  expect(await server.call('GET', '/healthz')).toMatchObject({status: 200, body: {sessions: 0}});

  const ids = [id];
  for (let count = 1; count < 22; count++) ids.unshift((await server.create()).id);
  const list = async (query: string) => {
    const {body: {data, next_cursor: cursor, has_more: hasMore}} = await server.call('GET', `/v1/sessions${query}`);
    return {ids: Array.isArray(data) ? data.map((session: Json) => session['id']) : [], cursor, hasMore};
  };
  expect(await list('')).toEqual({ids: ids.slice(0, 20), cursor: expect.any(String), hasMore: true});
  expect(await list('?limit=100')).toEqual({ids, cursor: null, hasMore: false});
  expect(await list('?limit=22')).toEqual({ids, cursor: null, hasMore: false});
  const seen: unknown[] = [];
  for (let page = await list('?limit=7'); ; page = await list(`?limit=7&cursor=${String(page.cursor)}`)) {
    seen.push(...page.ids);
    if (!page.hasMore) break;
    // A session that is created meanwhile does not shift the pages of the list.
    if (seen.length === 7) await server.create();
  }
  expect(seen).toEqual(ids);
  await server.stop();
  await untilNothingIsLeft();
});

/** A browser whose page processes start slowly. */
function slowBrowser(seconds: number): string {
  const renderer = join(folder, 'renderer');
  const browser = join(folder, 'browser');
  writeFileSync(renderer, `#!/bin/sh\nsleep ${seconds}\nexec "$@"\n`, {mode: 0o755});
  writeFileSync(browser, `#!/bin/sh\nexec "${findBrowser()}" --no-zygote --renderer-cmd-prefix="${renderer}" "$@"\n`, {mode: 0o755});
  return browser;
}

test('a phone is ready when its page is, however long the page\'s process takes', async () => {
  const driven = await DrivenSession.start('mobile', {browserPath: slowBrowser(0.5)});
  await driven.open(driven.recording.page('slow', '', 'top', '<meta name="viewport" content="width=device-width">'));
  expect(await driven.evaluate('innerWidth')).toBe(412);
  await driven.stop();
});

test('a session whose first page never answers ends in error', async () => {
  const options = {browserPath: slowBrowser(3_600), startTimeoutMs: 1_000};
  await expect(startSession(options)).rejects.toThrow('did not start within 1 s');
  await expect.poll(() => processesOf(folder)).toEqual([]);
});

test('with a full disk, a new session ends in error, a running one goes on, and no files are left', async () => {
  // With a file size limit of 0, every write fails as on a full disk, without the right to mount one. Child processes inherit the limit,
  // so a new browser can't write either. The running browser is not limited, because the limit also applies to shared memory, which has
  // its pictures.
  const server = await ServerProcess.start({TMPDIR: folder}, {shell: 'trap "" XFSZ'});
  const running = await server.session();
  const viewer = new PreviewClient((await server.mint(running.id)).url);
  await viewer.until(() => viewer.frames.length > 0);
  execFileSync('prlimit', ['--fsize=0', '--pid', String(server.process.pid)]);
  const {id} = await server.create();
  await expect.poll(async () => (await server.call('GET', `/v1/sessions/${id}`)).body, {timeout: 30_000}).toMatchObject({status: 'error', ended_reason: 'crashed', ready_at: null});
  await viewer.untilHeard();
  expect(await server.call('POST', `/v1/sessions/${running.id}/screenshot`)).toMatchObject({status: 200});
  expect((await server.delete(running.id)).status).toBe(204);
  expect(await viewer.untilClosed()).toEqual({code: 4410, reason: 'session_ended'});
  await expect.poll(() => readdirSync(folder).filter((name) => name.startsWith('chaser-')), {timeout: 30_000}).toEqual([]);
  expect(await server.stop()).toEqual({status: 0, signal: null});
  await untilNothingIsLeft();
});
