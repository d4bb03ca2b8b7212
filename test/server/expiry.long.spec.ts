import {once} from 'node:events';
import {expect, test} from 'playwright/test';
import {PreviewClient, ServerProcess} from '../support/server-process.js';

test('a session ends when its time is up, to the second, and its streams with it', async () => {
  const server = await ServerProcess.start();
  // The shortest life there is.
  const {body: brief} = await server.call('POST', '/v1/sessions', {body: {ttl_seconds: 60}});
  const id = String(brief['id']);
  await server.untilStatus(id, 'ready');
  const viewer = new PreviewClient((await server.mint(id)).url);
  // Longer than a test waits for what comes at once.
  await once(viewer.socket, 'close');
  expect(viewer.closed).toEqual({code: 4410, reason: 'session_ended'});
  const lateMs = Date.now() - Date.parse(String(brief['expires_at']));
  expect(lateMs).toBeGreaterThan(-50);
  expect(lateMs).toBeLessThan(2_000);
  const {body} = await server.call('GET', `/v1/sessions/${id}`);
  expect(body).toMatchObject({status: 'closed', ended_reason: 'expired', expires_at: brief['expires_at']});
  await server.stop();
});
