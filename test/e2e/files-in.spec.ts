import {createHash, randomBytes} from 'node:crypto';
import {expect, test} from 'playwright/test';
import type {Browser, BrowserContextOptions, FileChooser, Locator, Page} from 'playwright/test';
import {Driver} from '../support/driver.js';
import {launchBrowser} from '../support/launch-browser.js';
import {seatPerson} from '../support/seated-person.js';
import {ServerProcess} from '../support/server-process.js';
import {startSite} from '../support/test-site.js';
import type {TestSite} from '../support/test-site.js';

// A page of the session and a cross-site frame in it each ask for a photo. A person gives one to each.

const FIELDS = ['own', 'framed'] as const;
type Field = (typeof FIELDS)[number];
const pointOf = (field: Field) => [150, field === 'own' ? 50 : 150] as const;

const SCRIPT = `<script>
  const told = [];
  onmessage = ({data}) => told.push(data);
  onchange = async ({isTrusted, target: {id, files: [file]}}) => {
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
    const line = [id, isTrusted, file.name, file.type, file.size, [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')].join('|');
    parent === window ? told.push(line) : parent.postMessage(line, '*');
  };
</script>`;
const field = (id: Field) => `<meta name="viewport" content="width=device-width, initial-scale=1"><body style="margin: 0">${SCRIPT}
  <input type=file id=${id} accept="image/*" style="position: absolute; left: 0; top: ${id === 'own' ? 20 : 0}px; width: 300px; height: 60px">`;
const page = (otherOrigin: string) => `<!doctype html>${field('own')}
  <iframe src="${otherOrigin}/framed" style="position: absolute; left: 0; top: 120px; width: 300px; height: 60px; border: 0"></iframe>`;

/** One kind of input, and a person's actions with it. */
interface Way {
  readonly name: string;
  readonly profile: 'desktop' | 'mobile';
  readonly context: BrowserContextOptions;
  /** Enters the live view. */
  readonly enter: (person: Page) => Promise<void>;
  /** Asks the page's next field for its chooser. */
  readonly use: (person: Page, session: Driver, field: Field) => Promise<void>;
  /** Opens their own picker. */
  readonly open: (dialog: Locator) => Promise<void>;
}

const button = (dialog: Locator) => dialog.getByRole('button', {name: 'Choose'});

const WAYS: readonly Way[] = [
  {
    name: 'by mouse', profile: 'desktop', context: {viewport: {width: 1280, height: 720}},
    enter: (person) => person.mouse.click(640, 700),
    use: (person, _session, field) => person.mouse.click(...pointOf(field)),
    open: (dialog) => button(dialog).click(),
  },
  {
    name: 'by keyboard alone', profile: 'desktop', context: {viewport: {width: 1280, height: 720}},
    enter: ({keyboard}) => keyboard.press('Tab'),
    async use({keyboard}, session, field) {
      await keyboard.press('Tab');
      await session.until(field === 'own' ? 'document.activeElement.id === "own"' : 'document.activeElement.localName === "iframe"');
      await keyboard.press('Space');
    },
    open: (dialog) => dialog.page().keyboard.press('Enter'),
  },
  {
    name: 'by finger, on a phone', profile: 'mobile', context: {viewport: {width: 390, height: 794}, hasTouch: true},
    enter: (person) => person.touchscreen.tap(200, 700),
    use: (person, _session, field) => person.touchscreen.tap(...pointOf(field)),
    open: (dialog) => button(dialog).tap(),
  },
];

let server: ServerProcess;
let site: TestSite;
let browser: Browser;

test.beforeAll(async () => {
  [server, browser, site] = await Promise.all([
    ServerProcess.start({CHASER_ALLOWED_ORIGINS: '*'}), launchBrowser(),
    startSite({'/person': '<!doctype html><body style="margin: 0">', '/framed': field('framed')}),
  ]);
  site.put('/', page(site.otherOrigin));
});

test.afterAll(async () => {
  await browser?.close();
  await Promise.all([server?.stop(), site?.close()]);
});

for (const way of WAYS) test(`a photo goes up into a page and into a frame of another site, byte for byte, ${way.name}`, async () => {
  const {id, cdpUrl} = await server.session({profile: way.profile});
  const session = await Driver.open(cdpUrl);
  await session.goto(`${site.origin}/`);
  const person = await seatPerson(browser, `${site.origin}/person`, await server.mint(id), way.context);
  await person.locator('chaser-live-view:state(live)').waitFor();
  await way.enter(person);
  const dialog = person.getByRole('alertdialog');
  // Added at the start, because a picker that opens before the listener is registered is lost.
  const choosers: FileChooser[] = [];
  person.on('filechooser', (chooser) => choosers.push(chooser));
  for (const field of FIELDS) {
    const photo = randomBytes(2_500_000);
    await way.use(person, session, field);
    await dialog.locator('fieldset:enabled').waitFor();
    await way.open(dialog);
    await expect.poll(() => choosers.length, {timeout: 20_000}).toBe(1);
    const chooser = choosers.pop();
    expect(chooser?.isMultiple()).toBe(false);
    await chooser?.setFiles({name: `${field} é.jpg`, mimeType: 'image/jpeg', buffer: photo});
    await dialog.waitFor({state: 'detached'});
    const line = [field, true, `${field} é.jpg`, 'image/jpeg', photo.length, createHash('sha256').update(photo).digest('hex')].join('|');
    expect(await session.until(`told.find((line) => line.startsWith("${field}|"))`)).toBe(line);
  }
  session.close();
  await person.context().close();
});
