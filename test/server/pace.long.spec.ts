import {expect, test} from 'playwright/test';
import {Driver} from '../support/driver.js';
import {startSession} from '../support/session.js';
import {startSite} from '../support/test-site.js';
import {TestViewer} from '../support/test-viewer.js';
import {WATCHFUL_PAGE} from '../support/watchful-page.js';

test('a watched page is painted as often as one that nobody watches', async () => {
  const [site, session] = await Promise.all([startSite({'/': WATCHFUL_PAGE}), startSession()]);
  const driver = await Driver.open(session.browserUrl);
  await driver.goto(`${site.origin}/`);
  /** The milliseconds between two of the page's frames, without what others on the machine add. */
  const pace = async () => {
    let leastMs = Infinity;
    for (let count = 0; count < 5; count++) leastMs = Math.min(leastMs, Number(await driver.evaluate('pace()')));
    return leastMs;
  };
  const unwatchedMs = await pace();
  const viewer = new TestViewer(session);
  await viewer.until('a moving picture', () => viewer.frames.length > 3);
  // The viewers' rate is a third of a page's usual one.
  expect(await pace()).toBeLessThan(unwatchedMs * 2.5);
  driver.close();
  await session.close();
  await site.close();
});
