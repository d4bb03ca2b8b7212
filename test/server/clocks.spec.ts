import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'playwright/test';
import {PreviewClient, ServerProcess} from '../support/server-process.js';

const folder = mkdtempSync(join(tmpdir(), 'chaser-clocks-'));
const faultFile = join(folder, 'fault');
const HOUR_MS = 3_600_000;

test.afterAll(() => rmSync(folder, {recursive: true, force: true}));

test('when the machine\'s clock is set forward, what has expired ends; when it is set back, nothing becomes valid again', async () => {
  const server = await ServerProcess.start({NODE_OPTIONS: '--import ./test/support/fault-injector.mjs', FAULT_FILE: faultFile});
  const setClock = (ms: number) => {
    writeFileSync(faultFile, `clock ${ms}`);
    server.process.kill('SIGUSR2');
  };
  const session = await server.session();
  const {url} = await server.mint(session.id);
  const client = new PreviewClient(url);
  await client.until(() => client.frames.length > 0);
  setClock(2 * HOUR_MS);
  // Both the token and the session have expired. Either may be noticed first.
  expect([4401, 4410]).toContain((await client.untilClosed()).code);
  await expect.poll(async () => (await server.call('GET', `/v1/sessions/${session.id}`)).body, {timeout: 15_000}).toMatchObject({status: 'closed', ended_reason: 'expired'});
  const second = await server.session();
  const minted = await server.mint(second.id);
  setClock(2.5 * HOUR_MS);
  const late = new PreviewClient(minted.url);
  expect(await late.untilClosed()).toEqual({code: 4401, reason: 'token_expired'});
  setClock(0);
  const again = new PreviewClient(minted.url);
  expect(await again.untilClosed()).toEqual({code: 4401, reason: 'token_expired'});
  // A new token is valid.
  const third = await server.session();
  const fresh = new PreviewClient((await server.mint(third.id)).url);
  await fresh.until(() => fresh.frames.length > 0);
  fresh.close();
  await server.stop();
});
