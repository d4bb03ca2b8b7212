import {expect, test} from 'playwright/test';
import type {BrowserSession} from '../../demo/server/session/session.js';
import {Driver} from '../support/driver.js';
import {startSession} from '../support/session.js';
import {startSite, type TestSite} from '../support/test-site.js';

let session: BrowserSession;
let driver: Driver;
let site: TestSite;

test.beforeAll(async () => {
  site = await startSite();
  session = await startSession();
  driver = await Driver.open(session.browserUrl);
});

test.afterAll(async () => {
  driver.close();
  await session.close();
  await site.close();
});

test('a desktop has a mouse, on a server without one too', async () => {
  site.put('/', '<p>A page</p>');
  await driver.goto(`${site.otherOrigin}/`);
  const media = ['(hover: hover)', '(any-hover: hover)', '(pointer: fine)', '(any-pointer: fine)', '(pointer: coarse)', '(any-pointer: coarse)'];
  expect(await driver.evaluate(`${JSON.stringify(media)}.filter((media) => matchMedia(media).matches)`)).toEqual(media.slice(0, 4));
});
