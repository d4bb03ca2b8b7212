import {setTimeout as delay} from 'node:timers/promises';
import type {ObservedDocument} from './observer/observer.js';
import type {Page} from './page.js';

const RETRY_MS = 20;
const MAX_TRIES = 100;

/**
 * Closes the open picker of a document. A picker is not in the picture, and takes all keys until Escape; the page does not receive
 * that Escape. Soon after it has opened, a time picker sometimes ignores an Escape (seen in Chromium 156). So Escape is sent again
 * until the picker is closed. Each reply is awaited, because the page would receive an Escape that is sent to a closed picker.
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
    // The page is gone, and with it the picker.
  }
}
