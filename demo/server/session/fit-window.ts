import type {Size} from 'chaser-live-view/protocol';
import type {CdpConnection} from './cdp.js';
import type {Page} from './page.js';

/** Has a page, the first in its window, show `wanted` where it shows `shown`: the window becomes larger or smaller by the difference. */
export async function fitWindow(page: Page, {browser}: CdpConnection, shown: Size, wanted: Size): Promise<void> {
  const {windowId, bounds} = await browser.send('Browser.getWindowForTarget', {targetId: page.targetId});
  await browser.send('Browser.setWindowBounds', {windowId, bounds: {
    width: wanted.width + (bounds.width ?? wanted.width) - shown.width,
    height: wanted.height + (bounds.height ?? wanted.height) - shown.height,
  }});
}
