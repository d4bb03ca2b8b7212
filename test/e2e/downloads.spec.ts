import {readFile} from 'node:fs/promises';
import {expect, test} from 'playwright/test';
import type {Browser, BrowserContextOptions, Locator, Page} from 'playwright/test';
import {Driver} from '../support/driver.js';
import {launchBrowser} from '../support/launch-browser.js';
import {seatPerson} from '../support/seated-person.js';
import {ServerProcess} from '../support/server-process.js';
import {startSite} from '../support/test-site.js';
import type {TestSite} from '../support/test-site.js';

// A page of the session has three files. A person downloads each, and saves it from their own page.

const FILES = [{name: 'one.bin', size: 300_000}, {name: 'zwei ä.txt', size: 1}, {name: 'three.pdf', size: 2_000_000}] as const;
const HEIGHT_PX = 60;
const byteAt = (index: number) => (index * 7) % 251;

const PAGE = `<!doctype html><meta name="viewport" content="width=device-width, initial-scale=1"><body style="margin: 0">
  <style>a { position: absolute; left: 0; width: 300px; height: ${HEIGHT_PX}px; background: #cde }</style>
  ${FILES.map(({name, size}, index) => `<a id="file${index}" style="top: ${index * HEIGHT_PX}px" download="${name}" data-size="${size}">${name}</a>`).join('')}
  <script>
    for (const link of document.querySelectorAll('a')) link.href = URL.createObjectURL(new Blob([Uint8Array.from({length: link.dataset.size}, (_, index) => (index * 7) % 251)]));
  </script>`;

/** One kind of input, and a person's actions with it. */
interface Way {
  readonly name: string;
  readonly profile: 'desktop' | 'mobile';
  readonly context: BrowserContextOptions;
  /** Enters the live view. */
  readonly enter: (person: Page) => Promise<void>;
  /** Uses the page's links one after the other. */
  readonly use: (person: Page, session: Driver, index: number) => Promise<void>;
  /** Saves what the element offers, in the same order. */
  readonly save: (person: Page, offered: Locator, index: number) => Promise<void>;
}

const pointOf = (index: number) => [150, (index + 0.5) * HEIGHT_PX] as const;

const WAYS: readonly Way[] = [
  {
    name: 'by mouse', profile: 'desktop', context: {viewport: {width: 1280, height: 720}},
    enter: (person) => person.mouse.click(640, 600),
    use: (person, _session, index) => person.mouse.click(...pointOf(index)),
    save: (_person, offered) => offered.click(),
  },
  {
    name: 'by keyboard alone', profile: 'desktop', context: {viewport: {width: 1280, height: 720}},
    enter: ({keyboard}) => keyboard.press('Tab'),
    async use({keyboard}, session, index) {
      await keyboard.press('Tab');
      await session.until(`document.activeElement.id === "file${index}"`);
      await keyboard.press('Enter');
    },
    async save({keyboard}, offered, index) {
      // Leaves the picture, and moves on to the next element.
      if (index === 0) await keyboard.press('Control+Alt+Shift');
      await keyboard.press('Tab');
      await expect(offered).toBeFocused();
      await keyboard.press('Enter');
    },
  },
  {
    name: 'by finger, on a phone', profile: 'mobile', context: {viewport: {width: 390, height: 794}, hasTouch: true},
    enter: (person) => person.touchscreen.tap(200, 600),
    use: (person, _session, index) => person.touchscreen.tap(...pointOf(index)),
    save: (_person, offered) => offered.tap(),
  },
];

let server: ServerProcess;
let site: TestSite;
let browser: Browser;

test.beforeAll(async () => {
  [server, browser, site] = await Promise.all([
    ServerProcess.start({CHASER_ALLOWED_ORIGINS: '*'}), launchBrowser(), startSite({'/person': '<!doctype html><body style="margin: 0">', '/': PAGE}),
  ]);
});

test.afterAll(async () => {
  await browser?.close();
  await Promise.all([server?.stop(), site?.close()]);
});

for (const way of WAYS) test(`three files of a page are saved by a person, byte for byte and under their names, ${way.name}`, async () => {
  const {id, cdpUrl} = await server.session({profile: way.profile});
  const session = await Driver.open(cdpUrl);
  await session.goto(`${site.origin}/`);
  const person = await seatPerson(browser, `${site.origin}/person`, await server.mint(id), way.context);
  await person.locator('chaser-live-view:state(live)').waitFor();
  await way.enter(person);
  const offered = person.locator('chaser-live-view a[download]');
  for (const index of FILES.keys()) {
    await way.use(person, session, index);
    await expect(offered).toHaveCount(index + 1);
  }
  for (const [index, {name, size}] of FILES.entries()) {
    const saved = person.waitForEvent('download');
    await way.save(person, offered.nth(index), index);
    const download = await saved;
    expect(download.suggestedFilename()).toBe(name);
    const bytes = await readFile(await download.path());
    expect(bytes.length).toBe(size);
    expect(bytes.every((byte, at) => byte === byteAt(at))).toBe(true);
  }
  session.close();
  await person.context().close();
});
