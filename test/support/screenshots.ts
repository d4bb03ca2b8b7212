/**
 * Makes the pictures of the documents: `npm run screenshots`. They are real: the demo's own pages, in a browser, in light
 * and dark, with a session's browser behind them.
 */
import {mkdir} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import type {Browser, Page} from 'playwright/test';
import {launchBrowser} from './launch-browser.js';
import {ServerProcess} from './server-process.js';

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly size: {readonly width: number; readonly height: number};
  /** Waits until there is to be seen what is to be shown, or brings it about. */
  readonly until: (page: Page) => Promise<unknown>;
}

const FOLDER = fileURLToPath(new URL('../../demo/docs/images/', import.meta.url));

/** Your turn, and some frames later: the caret blinks, so there are always more. */
async function waiting(page: Page): Promise<void> {
  await page.locator('#status[data-state=waiting]').waitFor();
  await page.locator('chaser-live-view').evaluate((view) => new Promise<void>((resolve) => {
    let left = 4;
    view.addEventListener('frame', () => {
      left--;
      if (left === 0) resolve();
    });
  }));
}

/** The whole page: what is out of sight takes no frames. */
async function wholeGallery(page: Page): Promise<void> {
  const {width = 0} = page.viewportSize() ?? {};
  await page.setViewportSize({width, height: await page.evaluate(() => document.documentElement.scrollHeight)});
  for (const state of ['live', 'reconnecting', 'expired', 'ended', 'failed']) {
    await page.locator(`chaser-live-view[label="${state}"]:state(${state})`).waitFor();
  }
  await page.waitForFunction(() => document.querySelector('.pause:not([paused])') === null);
  for (const name of ['confirm', 'prompt', 'select']) {
    const view = page.locator(`chaser-live-view[label="${name}"]`);
    await view.and(page.locator(':state(live)')).click();
    await view.getByRole('alertdialog').locator('fieldset:enabled').waitFor();
  }
  await page.mouse.move(0, 0);
  await page.locator('chaser-live-view[label="keyboard"]').evaluate((view: HTMLElement) => view.focus());
  // The last, since it does not stay so.
  await page.locator('chaser-live-view[label="stalled"]:state(stalled)').locator('[part=overlay]').evaluate((overlay) =>
    Promise.all(overlay.getAnimations().map(({finished}) => finished)));
}

const SHOTS: readonly Shot[] = [
  {name: 'demo', path: '/?captcha=slider', size: {width: 1280, height: 890}, until: waiting},
  {name: 'demo-phone', path: '/?captcha=grid&profile=mobile', size: {width: 1280, height: 1290}, until: waiting},
  {name: 'gallery', path: '/gallery', size: {width: 1360, height: 900}, until: wholeGallery},
];

const server = await ServerProcess.start();
let browser: Browser | undefined;
try {
  browser = await launchBrowser();
  await mkdir(FOLDER, {recursive: true});
  for (const {name, path, size, until} of SHOTS) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({viewport: size, colorScheme, reducedMotion: 'reduce'});
      await page.goto(server.url + path);
      await until(page);
      await page.screenshot({path: `${FOLDER}${name}-${colorScheme}.jpg`, type: 'jpeg', quality: 78});
      await page.close();
    }
  }
} finally {
  await browser?.close();
  await server.stop();
}
