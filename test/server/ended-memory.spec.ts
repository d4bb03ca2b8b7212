import {expect, test} from 'playwright/test';
import {createApp, portOf} from '../../demo/server/app.js';
import {readConfig} from '../../demo/server/config.js';
import {CdpConnection} from '../../demo/server/session/cdp.js';
import {collectGarbage} from '../support/heap.js';
import {PreviewClient} from '../support/server-process.js';

test('an ended session keeps only what can be queried', async () => {
  const app = await createApp(readConfig({PORT: '0', CHASER_KEYS: 'key:w', CHASER_LOG_LEVEL: 'fatal'}));
  await app.http.listen({port: 0, host: '127.0.0.1'});
  const origin = `http://127.0.0.1:${portOf(app.http)}`;
  const ask = async (method: string, path: string): Promise<{readonly id: string; readonly url: string}> => {
    const response = await fetch(`${origin}/v1/sessions${path}`, {method, headers: {'authorization': 'Bearer key', 'content-type': 'application/json'}, ...(method === 'POST' && {body: '{}'})});
    return response.status === 204 ? {id: '', url: ''} : response.json();
  };
  const ids: string[] = [];
  const held: WeakRef<object>[] = [];
  // A function of its own, because this function's variables would keep the objects alive.
  const live = async (): Promise<void> => {
    const {id} = await ask('POST', '');
    ids.push(id);
    const entry = app.registry.find(id);
    const browser = await entry?.started;
    if (!entry || !browser) throw new Error('The session did not start.');
    held.push(new WeakRef(browser), new WeakRef(browser.downloads));
    const viewer = new PreviewClient((await ask('POST', `/${id}/preview-token`)).url).ackAll();
    await viewer.until(() => viewer.frames.length > 0);
    const automation = await CdpConnection.open(`${origin.replace('http', 'ws')}/sessions/${id}/cdp/${entry.cdpSecret}`);
    await automation.browser.send('Target.getTargets');
    await ask('DELETE', `/${id}`);
    await viewer.untilClosed();
    await automation.closed;
  };
  for (let count = 0; count < 2; count++) await live();
  await expect.poll(() => {
    collectGarbage();
    return held.filter((each) => each.deref()).length;
  }, {timeout: 15_000}).toBe(0);
  for (const id of ids) expect(await ask('GET', `/${id}`)).toMatchObject({id, status: 'closed'});
  await app.close();
});
