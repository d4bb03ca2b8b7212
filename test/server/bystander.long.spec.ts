import {availableParallelism} from 'node:os';
import {expect, test} from 'playwright/test';
import {Driver} from '../support/driver.js';
import {PreviewClient, ServerProcess} from '../support/server-process.js';
import {startSite} from '../support/test-site.js';

const PAINTING = '<!doctype html><body><script>let n = 0; requestAnimationFrame(function paint() { document.body.style.background = `hsl(${n++ * 7} 80% 50%)`; requestAnimationFrame(paint); })</script>';
const PERIOD_MS = 6_000;

test('a page that uses every core costs another session at most a fifth of its pictures, and does not slow the API', async () => {
  const [server, site] = await Promise.all([ServerProcess.start({CHASER_FPS: '20'}), startSite({'/painting': PAINTING})]);
  const [bystander, burner] = [await server.session(), await server.session()];
  const [painting, burning] = [await Driver.open(bystander.cdpUrl), await Driver.open(burner.cdpUrl)];
  await painting.goto(`${site.origin}/painting`);
  const client = new PreviewClient((await server.mint(bystander.id)).url).ackAll();
  await client.until(() => client.frames.length > 20);
  const rate = async () => {
    const {length} = client.frames;
    const startMs = performance.now();
    await client.until(() => performance.now() - startMs >= PERIOD_MS);
    return (client.frames.length - length) / (performance.now() - startMs);
  };
  const alone = await rate();
  const count = availableParallelism() * 2;
  await burning.evaluate(`{ const url = URL.createObjectURL(new Blob(['for (;;);'])); for (let n = 0; n < ${count}; n++) new Worker(url); }`);
  const beside = await rate();
  expect(beside / alone).toBeGreaterThanOrEqual(0.8);
  expect((await server.call('GET', '/healthz')).status).toBe(200);
  painting.close();
  burning.close();
  client.close();
  await Promise.all([server.stop(), site.close()]);
});
