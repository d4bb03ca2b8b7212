import {chromium, expect, test} from 'playwright/test';
import {connect} from 'puppeteer-core';
import type {BrowserSession} from '../../demo/server/session/session.js';
import {Driver} from '../support/driver.js';
import {startSession} from '../support/session.js';
import {useSiteSession} from '../support/site-session.js';
import type {TestSite} from '../support/test-site.js';
import {TestViewer} from '../support/test-viewer.js';
import {WATCHFUL_PAGE} from '../support/watchful-page.js';

let session: BrowserSession;
let driver: Driver;
let site: TestSite;

useSiteSession((all) => ({site, session, driver} = all), {'/': WATCHFUL_PAGE, '/plain': '<title>Plain</title><body style="background: #0f0"><button id=b style="position: absolute; left: 0; top: 0; width: 200px; height: 100px" onclick="window.clicks = (window.clicks ?? 0) + Number(event.isTrusted)">Go</button><input id=i style="position: absolute; left: 0; top: 200px">'});

/** Waits until the session has its clipboard, a hidden page of the server. */
async function untilClipboard(): Promise<void> {
  await expect.poll(async () => (await driver.connection.browser.send('Target.getTargets')).targetInfos.map(({url}) => url)).toContain('https://clipboard.invalid/');
}

test('a page can\'t tell whether it is watched, or by how many viewers', async () => {
  await driver.goto(`${site.origin}/`);
  // The entries for the page's first paint arrive some time after it.
  await expect.poll(() => driver.evaluate('look()')).toContain('entry paint first-contentful-paint');
  const unwatched = await driver.evaluate('look()');
  expect(unwatched).toContain('event pageshow');

  await driver.goto(`${site.origin}/`);
  const first = new TestViewer(session);
  await first.until('a moving picture', () => first.frames.length > 3);
  const second = new TestViewer(session);
  await second.until('a picture', () => second.frames.length > 1);
  await untilClipboard();
  second.seat.setWatching(false);
  second.seat.setWatching(true);
  await session.screenshot();
  for (const viewer of [first, second]) viewer.seat.leave();
  const third = new TestViewer(session);
  await third.until('a picture', () => third.frames.length > 1);
  expect(await driver.evaluate('look()')).toEqual(unwatched);
  third.seat.leave();
  expect(await driver.evaluate('look()')).toEqual(unwatched);
});

test('a page is painted at its own rate, also where its viewers get two frames a second', async () => {
  const slow = await startSession({fps: 2});
  const other = await Driver.open(slow.browserUrl);
  await other.goto(`${site.origin}/plain`);
  await other.evaluate(`{
    window.painted = 0;
    requestAnimationFrame(function paint() { document.body.style.background = 'hsl(' + window.painted++ + ' 50% 50%)'; requestAnimationFrame(paint); });
  }`);
  const viewer = new TestViewer(slow);
  const sinceFrame = async (count: number) => {
    await viewer.until(`${count} pictures`, () => viewer.frames.length >= count);
    return {painted: Number(await other.evaluate('painted')), frames: viewer.frames.length};
  };
  const [first, last] = [await sinceFrame(1), await sinceFrame(5)];
  // The exact rate depends on the machine. `pace.long.spec.ts` tests it.
  expect(last.painted - first.painted).toBeGreaterThan((last.frames - first.frames) * 2);
  other.close();
  await slow.close();
});

test('Playwright at work in a watched session: it goes on as if alone, and the picture follows it', async () => {
  await driver.goto(`${site.origin}/plain`);
  const viewer = new TestViewer(session);
  const playwright = await chromium.connectOverCDP(session.browserUrl);
  await untilClipboard();
  expect(playwright.contexts().flatMap((context) => context.pages())).toHaveLength(1);
  const page = playwright.contexts()[0]?.pages()[0];
  if (!page) throw new Error('The session has no page.');
  page.on('dialog', (dialog) => void dialog.accept('from the script'));
  const people = [new TestViewer(session), new TestViewer(session)];
  const clicking = setInterval(() => {
    for (const person of people) person.click(100, 50);
  }, 50);
  for (let round = 0; round < 3; round++) {
    await page.fill('#i', `text ${round}`);
    expect(await page.inputValue('#i')).toBe(`text ${round}`);
    expect((await page.screenshot()).length).toBeGreaterThan(1_000);
    expect(await page.evaluate(() => prompt('Name?'))).toBe('from the script');
  }
  clearInterval(clicking);
  expect(await page.evaluate('window.clicks')).toBeGreaterThan(0);
  await viewer.message('dialog_closed');

  await page.setViewportSize({width: 640, height: 480});
  await viewer.message('viewport', ({width, height}) => width === 640 && height === 480);
  const since = viewer.entries.length;
  const context = await playwright.newContext({viewport: {width: 500, height: 300}});
  const other = await context.newPage();
  await other.goto(`${site.origin}/plain?other`);
  await viewer.message('page', ({url}) => url.endsWith('?other'), since);
  await viewer.message('viewport', ({width}) => width === 500, since);
  await context.close();
  await viewer.message('viewport', ({width}) => width === 640, since);
  // Playwright disconnects, and leaves the session as it is.
  await playwright.close();
  const count = viewer.frames.length;
  await driver.evaluate(`document.body.style.background = '#00f'; undefined`);
  await viewer.until('a change', () => viewer.frames.length > count);
  for (const each of [viewer, ...people]) each.seat.leave();
});

test('Puppeteer at work in a watched session', async () => {
  await driver.goto(`${site.origin}/plain`);
  const viewer = new TestViewer(session);
  const puppeteer = await connect({browserWSEndpoint: session.browserUrl, defaultViewport: null});
  await untilClipboard();
  const [page, ...others] = await puppeteer.pages();
  expect(others).toEqual([]);
  if (!page) throw new Error('The session has no page.');
  await page.type('#i', 'typed');
  expect((await page.screenshot()).length).toBeGreaterThan(1_000);
  viewer.click(50, 50);
  await page.waitForFunction('window.clicks > 0');
  const since = viewer.entries.length;
  const tab = await puppeteer.newPage();
  await tab.goto(`${site.origin}/plain?tab`);
  await viewer.message('page', ({url}) => url.endsWith('?tab'), since);
  await tab.close();
  await viewer.until('the page before', () => viewer.of('page').at(-1)?.url === `${site.origin}/plain`);
  await puppeteer.disconnect();
  expect(await driver.evaluate('i.value')).toBe('typed');
  const count = viewer.frames.length;
  await driver.evaluate(`document.body.style.background = '#00f'; undefined`);
  await viewer.until('a change', () => viewer.frames.length > count);
  viewer.seat.leave();
});
