import {createServer} from 'node:http';
import {expect, test} from 'playwright/test';
import {Driver} from '../support/driver.js';
import {startSession} from '../support/session.js';
import {Farm} from '../support/farm.js';
import {useSiteSession} from '../support/site-session.js';
import type {TestSite} from '../support/test-site.js';

let driver: Driver;
let site: TestSite;

useSiteSession((all) => ({site, driver} = all));

test('a desktop has a mouse, on a server without one too', async () => {
  site.put('/', '<p>A page</p>');
  await driver.goto(`${site.otherOrigin}/`);
  const media = ['(hover: hover)', '(any-hover: hover)', '(pointer: fine)', '(any-pointer: fine)', '(pointer: coarse)', '(any-pointer: coarse)'];
  expect(await driver.evaluate(`${JSON.stringify(media)}.filter((media) => matchMedia(media).matches)`)).toEqual(media.slice(0, 4));
});

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';

for (const where of ['desktop', 'mobile', 'farm'] as const) {
  test(`a session has the user agent that it was asked for: ${where}`, async () => {
    const farm = where === 'farm' ? await Farm.start() : undefined;
    const asked = await startSession({userAgent: AGENT, profile: where === 'mobile' ? 'mobile' : 'desktop', ...(farm && {cdpUrl: farm.url})});
    expect(asked.device.user_agent).toBe(AGENT);
    const seen: (string | undefined)[] = [];
    const pages = createServer(({url, headers}, response) => {
      seen.push(headers['user-agent']);
      if (url === '/worker.js') response.writeHead(200, {'Content-Type': 'text/javascript'}).end('postMessage(navigator.userAgent)');
      else if (url === '/nest.js') response.writeHead(200, {'Content-Type': 'text/javascript'}).end(`new Worker('/worker.js').onmessage = () => postMessage(1)`);
      else if (url === '/shared.js') response.writeHead(200, {'Content-Type': 'text/javascript'}).end('onconnect = ({ports}) => ports[0].postMessage(1)');
      else if (url === '/service.js') response.writeHead(200, {'Content-Type': 'text/javascript'}).end('onfetch = () => {}');
      else response.writeHead(200, {'Content-Type': 'text/html'}).end('<body><script>if (self !== top) parent.postMessage(navigator.userAgent, "*")</script>');
    });
    await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
    const address = pages.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const driven = await Driver.open(asked.browserUrl);
    await driven.goto(`http://127.0.0.1:${port}/`);
    expect(await driven.evaluate('navigator.userAgent')).toBe(AGENT);
    expect(await driven.evaluate(`new Promise((resolve) => { onmessage = ({data}) => resolve(data); document.body.append(Object.assign(document.createElement('iframe'), {src: 'http://localhost:${port}/frame'})); })`)).toBe(AGENT);
    expect(await driven.evaluate(`new Promise((resolve) => { new Worker('/worker.js').onmessage = ({data}) => resolve(data); })`)).toBe(AGENT);
    expect(new Set(seen)).toEqual(new Set([AGENT]));
    // Nested, shared and service workers do not wait for ever for the user agent.
    await driven.evaluate(`new Promise((resolve) => { new Worker('/nest.js').onmessage = () => resolve(1); })`);
    await driven.evaluate(`new Promise((resolve) => { new SharedWorker('/shared.js').port.onmessage = () => resolve(1); })`);
    await driven.evaluate(`navigator.serviceWorker.register('/service.js').then(() => navigator.serviceWorker.ready).then(() => 1)`);
    driven.close();
    await asked.close();
    await farm?.stop();
    pages.closeAllConnections();
    await new Promise((resolve) => pages.close(resolve));
  });
}
