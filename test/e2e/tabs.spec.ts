import {fileURLToPath} from 'node:url';
import {parsePreviewToken} from 'chaser-live-view/protocol';
import {type Browser, type BrowserContextOptions, type Page, expect, test} from 'playwright/test';
import type {ChaserLiveView} from '../../src/index.js';
import {Driver} from '../support/driver.js';
import {launchBrowser} from '../support/launch-browser.js';
import {seatPerson} from '../support/seated-person.js';
import {ServerProcess} from '../support/server-process.js';
import {startSite, type TestSite} from '../support/test-site.js';

// A person meets a page that opens another tab. They leave it, activate it again, close it, go to an address and come back.

const tabsScript = fileURLToPath(new URL('../../dist/chaser-live-tabs.js', import.meta.url));

const START = `<!doctype html><title>Start</title><meta name="viewport" content="width=device-width, initial-scale=1"><body style="margin: 0">
  <a href="/popup" target="_blank" style="position: absolute; left: 0; top: 0; width: 100%; height: 200px; background: #ff0">Open</a>`;
const titled = (title: string) => `<!doctype html><title>${title}</title><meta name="viewport" content="width=device-width, initial-scale=1"><body>${title}`;

/** One kind of input, and a person's actions with it. */
interface Way {
  readonly name: string;
  readonly profile: 'desktop' | 'mobile';
  readonly context: BrowserContextOptions;
  /** Follows the link in the session's page. */
  readonly open: (person: Page) => Promise<void>;
  readonly activate: (person: Page, title: string) => Promise<void>;
  readonly close: (person: Page, title: string) => Promise<void>;
  readonly goTo: (person: Page, address: string) => Promise<void>;
  readonly back: (person: Page) => Promise<void>;
}

const tab = (person: Page, title: string) => person.getByRole('tab', {name: title});
const closeOf = (person: Page, title: string) => tab(person, title).locator('.close');
const address = (person: Page) => person.getByRole('textbox', {name: 'Address'});
const back = (person: Page) => person.getByRole('button', {name: 'Back', exact: true});
const picture = (person: Page) => person.locator('chaser-live-view canvas');

/** Leaves the picture. The next element is the strip of tabs. */
async function leave({keyboard}: Page): Promise<void> {
  for (const key of ['Control', 'Alt', 'Shift']) await keyboard.down(key);
  for (const key of ['Shift', 'Alt', 'Control']) await keyboard.up(key);
}

const isAt = (person: Page) => person.evaluate(() => {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element?.getAttribute('aria-label') ?? element?.getAttribute('title') ?? element?.localName;
});

/** Moves the focus by keyboard to the element with this name. */
async function reach(person: Page, name: string, key: string): Promise<void> {
  for (let times = 0; await isAt(person) !== name; times++) {
    expect(times, `${name} is reached from ${await isAt(person)}`).toBeLessThan(8);
    await person.keyboard.press(key);
  }
}

const WAYS: readonly Way[] = [
  {
    name: 'by mouse', profile: 'desktop', context: {viewport: {width: 1280, height: 860}},
    open: (person) => picture(person).click({position: {x: 300, y: 50}}),
    activate: (person, title) => tab(person, title).click(),
    close: (person, title) => closeOf(person, title).click(),
    async goTo(person, url) {
      await address(person).click();
      await person.keyboard.type(url);
      await person.keyboard.press('Enter');
    },
    back: (person) => back(person).click(),
  },
  {
    name: 'by keyboard alone', profile: 'desktop', context: {viewport: {width: 1280, height: 860}},
    async open(person) {
      await person.keyboard.press('Tab');
      await person.keyboard.press('Tab');
      await person.keyboard.press('Enter');
    },
    async activate(person, title) {
      if (!await person.locator('chaser-live-tabs').evaluate((tabs) => tabs.matches(':focus-within'))) await leave(person);
      await reach(person, title, 'ArrowRight');
      await person.keyboard.press('Enter');
    },
    async close(person, title) {
      await reach(person, title, 'ArrowRight');
      await person.keyboard.press('Delete');
    },
    async goTo(person, url) {
      await reach(person, 'Address', 'Tab');
      await person.keyboard.type(url);
      await person.keyboard.press('Enter');
    },
    async back(person) {
      await leave(person);
      await reach(person, 'Back', 'Tab');
      await person.keyboard.press('Enter');
    },
  },
  {
    name: 'by finger, on a phone', profile: 'mobile', context: {viewport: {width: 390, height: 844}, hasTouch: true},
    open: (person) => picture(person).tap({position: {x: 150, y: 40}}),
    activate: (person, title) => tab(person, title).tap(),
    close: (person, title) => closeOf(person, title).tap(),
    async goTo(person, url) {
      await address(person).tap();
      await person.keyboard.insertText(url);
      await person.keyboard.press('Enter');
    },
    back: (person) => back(person).tap(),
  },
];

let server: ServerProcess;
let site: TestSite;
let browser: Browser;

test.beforeAll(async () => {
  [server, browser, site] = await Promise.all([
    ServerProcess.start({CHASER_ALLOWED_ORIGINS: '*'}), launchBrowser(),
    startSite({'/': START, '/popup': titled('Popup'), '/other': titled('Other'), '/person': '<!doctype html><html lang="en"><body style="margin: 0">'}),
  ]);
});

test.afterAll(async () => {
  await browser?.close();
  await Promise.all([server?.stop(), site?.close()]);
});

for (const way of WAYS) test(`a popup is left, brought back and closed, an address typed, and the way back taken, ${way.name}`, async () => {
  const {id, cdpUrl} = await server.session({profile: way.profile});
  const session = await Driver.open(cdpUrl);
  await session.goto(`${site.origin}/`);
  const {body} = await server.call('POST', `/v1/sessions/${id}/preview-token`, {body: {navigation: 'full'}});
  const person = await seatPerson(browser, `${site.origin}/person`, parsePreviewToken(body), way.context);
  await person.addScriptTag({path: tabsScript});
  await person.locator('chaser-live-view').evaluate((view) => {
    // Makes room for the bar.
    view.style.height = 'auto';
    view.id = 'view';
    view.insertAdjacentHTML('afterend', '<chaser-live-tabs for="view"></chaser-live-tabs>');
  });
  const titles = () => person.locator('chaser-live-view').evaluate((view: ChaserLiveView) => view.tabs.map(({title, active}) => active ? `[${title}]` : title).join(' '));
  const see = (wanted: string) => expect.poll(titles, {timeout: 20_000}).toBe(wanted);
  await person.locator('chaser-live-view:state(live)').waitFor();
  await see('[Start]');
  await way.open(person);
  await see('Start [Popup]');
  await way.activate(person, 'Start');
  await see('[Start] Popup');
  await way.activate(person, 'Popup');
  await see('Start [Popup]');
  await way.close(person, 'Popup');
  await see('[Start]');
  await way.goTo(person, `${site.origin}/other`);
  await see('[Other]');
  await way.back(person);
  await see('[Start]');
  // The session's page has received only the person's input.
  expect(await session.evaluate('document.title')).toBe('Start');
  session.close();
  await person.context().close();
  await server.delete(id);
});
