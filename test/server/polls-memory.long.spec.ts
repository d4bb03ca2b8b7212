import {expect, test} from 'playwright/test';
import {createApp, portOf} from '../../demo/server/app.js';
import {readConfig} from '../../demo/server/config.js';
import {heldBytes} from '../support/heap.js';

test('aborted polls for a hand-over are freed', async () => {
  const app = await createApp(readConfig({PORT: '0', CHASER_KEYS: 'key:w', CHASER_LOG_LEVEL: 'fatal'}));
  await app.http.listen({port: 0, host: '127.0.0.1'});
  const origin = `http://127.0.0.1:${portOf(app.http)}`;
  const headers = {'authorization': 'Bearer key', 'content-type': 'application/json'};
  const post = async (path: string, body: object): Promise<{readonly id: string}> => (await fetch(`${origin}/v1/sessions${path}`, {method: 'POST', headers, body: JSON.stringify(body)})).json();
  const {id} = await post('', {});
  await app.registry.find(id)?.started;
  const handoff = await post(`/${id}/handoffs`, {instructions: 'Please.'});
  const poll = async (query: string, signal?: AbortSignal) => (await fetch(`${origin}/v1/sessions/${id}/handoffs/${handoff.id}${query}`, {headers, ...(signal && {signal})})).text();
  const round = async (waitSeconds: number) => {
    const leave = new AbortController();
    const polls = Array.from({length: 300}, () => poll(`?wait_seconds=${waitSeconds}`, leave.signal).catch(() => {}));
    // All are there: this one came later.
    await poll('');
    leave.abort();
    await Promise.all(polls);
    await poll('');
  };
  for (let count = 0; count < 5; count++) await round(0);
  const before = heldBytes();
  for (let count = 0; count < 5; count++) await round(60);
  // No more than five hundred may wait at a time. Were they held, each would be ten kilobytes.
  await expect.poll(() => heldBytes() - before, {timeout: 30_000}).toBeLessThan(500 * 3_000);
  await app.close();
});
