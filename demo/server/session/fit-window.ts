import {setTimeout as delay} from 'node:timers/promises';
import type {Size} from 'chaser-live-view/protocol';
import type {CdpConnection} from './cdp.js';
import type {Page} from './page.js';

/** How often and how many times to check whether a page has the size that its window was given. */
const INTERVAL_MS = 50;
const MAX_TRIES = 20;

export interface Fit {
  readonly shown: Size;
  readonly wanted: Size;
  readonly measure: () => Promise<Size>;
}

/** Resizes the window of its first page so that the page's viewport becomes `wanted`. The window changes by the difference to `shown`. */
export async function fitWindow(page: Page, {browser}: CdpConnection, {shown, wanted, measure}: Fit): Promise<void> {
  const {windowId, bounds} = await browser.send('Browser.getWindowForTarget', {targetId: page.targetId});
  await browser.send('Browser.setWindowBounds', {windowId, bounds: {
    width: wanted.width + (bounds.width ?? wanted.width) - shown.width,
    height: wanted.height + (bounds.height ?? wanted.height) - shown.height,
  }});
  // Another process tells the page its new size. If the page never gets that size, another client has set its size.
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const {width, height} = await measure();
    if (width === wanted.width && height === wanted.height) return;
    await delay(INTERVAL_MS);
  }
}
