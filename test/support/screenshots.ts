/** Takes the screenshots of the docs (`npm run screenshots`): the demo's pages with real sessions, in light and dark. */
import {mkdir} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import type {Browser, Page} from 'playwright/test';
import {launchBrowser} from './launch-browser.js';
import {ServerProcess} from './server-process.js';

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly size: {readonly width: number; readonly height: number};
  /** Brings the page into the state of the screenshot, and waits for it. */
  readonly until: (page: Page) => Promise<unknown>;
}

const FOLDER = fileURLToPath(new URL('../../demo/docs/images/', import.meta.url));

/** Waits for the person's turn and some more frames. The caret blinks, so frames always follow. */
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

/** Makes the window as high as the page, because views that are out of sight receive no frames. */
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
  // The last one, because this state does not last.
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
