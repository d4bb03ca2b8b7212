import {fileURLToPath} from 'node:url';
import type {PreviewToken} from 'chaser-live-view/protocol';
import type {Browser, BrowserContextOptions, Page} from 'playwright/test';

const SCRIPT = fileURLToPath(new URL('../../dist/chaser-live-view.iife.js', import.meta.url));

/** Opens a person's page in a browser context of its own, with a live view that fills the window. `url` must be an empty page. */
export async function seatPerson(browser: Browser, url: string, token: PreviewToken, context: BrowserContextOptions): Promise<Page> {
  const person = await (await browser.newContext({locale: 'en', ...context})).newPage();
  await person.goto(url);
  await person.addScriptTag({path: SCRIPT});
  await person.evaluate((token) => {
    const view = document.createElement('chaser-live-view');
    view.style.cssText = 'width: 100vw; height: 100vh';
    document.body.append(view);
    view.previewToken = token;
  }, token);
  return person;
}
