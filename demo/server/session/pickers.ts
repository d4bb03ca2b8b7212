import {setTimeout as delay} from 'node:timers/promises';
import type {ObservedDocument} from './observer/observer.js';
import type {Page} from './page.js';

const RETRY_MS = 20;
const MAX_TRIES = 100;

/**
 * Closes the open picker of a document. A picker is in no picture, and takes all keys until Escape; the page does not receive
 * that Escape. One of times ignores an Escape now and then, soon after it has opened (seen in Chromium 156), so the picker gets
 * the next if the one before did not close it. The answer to each is awaited, because a second Escape to a closed picker would be the page's.
 */
export async function closePicker({session}: Page, document: ObservedDocument): Promise<void> {
  try {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      await session.send('Input.dispatchKeyEvent', {type: 'rawKeyDown', key: 'Escape', code: 'Escape', windowsVirtualKeyCode: 27});
      const {result} = await document.session.send('Runtime.evaluate', {expression: 'chaserObserver.isPickerOpen()', contextId: document.contextId, returnByValue: true});
      if (result.value !== true) return;
      await delay(RETRY_MS);
    }
  } catch {
    // The picker is gone, and its page too.
  }
}
