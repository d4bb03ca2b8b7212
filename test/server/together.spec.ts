import {type Browser, chromium, expect, type Page, test} from 'playwright/test';
import {PreviewClient, ServerProcess} from '../support/server-process.js';
import {startSite, type TestSite} from '../support/test-site.js';

const PEOPLE = 3;

/** The people's button in the corner of every page. It takes no focus, like a banner's "Close". */
const CORNER = `<style>body { margin: 80px 20px } #theirs { position: fixed; left: 0; top: 0; width: 100px; height: 60px }</style>
  <button id=theirs onmousedown="event.preventDefault()" onclick="if (event.isTrusted) localStorage.theirs = Number(localStorage.theirs ?? 0) + 1">People</button>`;

/** A list of things to do. */
const LIST = `<!doctype html><title>Things</title>${CORNER}
  <form id=form><input id=thing aria-label="Thing"><select id=kind aria-label="Kind"><option>home<option>work</select>
    <label><input type=checkbox id=urgent> Urgent</label><button>Add</button></form>
  <ul id=things></ul><button id=clear>Clear</button><a href="/about">About</a> <a href="/about" target=_blank>About, apart</a>
  <iframe srcdoc="<button onclick='this.textContent += 1'>Inside</button>"></iframe>
  <script>
    form.onsubmit = (event) => {
      event.preventDefault();
      things.append(Object.assign(document.createElement('li'), {textContent: [thing.value, kind.value, urgent.checked].join(' ')}));
      form.reset();
    };
    clear.onclick = () => confirm('All of them?') && things.replaceChildren();
  </script>`;

let server: ServerProcess;
let site: TestSite;
let automation: Browser;
let page: Page;
let people: readonly PreviewClient[];

test.beforeAll(async () => {
  [server, site] = await Promise.all([ServerProcess.start(), startSite({'/': LIST, '/about': `<!doctype html><title>About</title>${CORNER}<h1>About</h1>`})]);
  const session = await server.session();
  automation = await chromium.connectOverCDP(session.cdpUrl);
  page = automation.contexts()[0]?.pages()[0] ?? await automation.newPage();
  const {url} = await server.mint(session.id);
  people = Array.from({length: PEOPLE}, () => new PreviewClient(url).ackAll());
});

test.afterAll(async () => {
  for (const person of people) person.close();
  await Promise.all([automation.close(), site.close()]);
  await server.stop();
});

/** A typical test script: it opens pages, fills in, chooses, clicks, answers dialogs and reads. Returns everything that it found. */
async function script(): Promise<unknown[]> {
  const found: unknown[] = [];
  const things = () => page.locator('li').allTextContents();
  for (const name of ['one', 'two']) {
    await page.goto(`${site.origin}/`);
    await page.getByLabel('Thing').fill(`${name} by hand`);
    await page.getByLabel('Kind').selectOption('work');
    await page.getByLabel('Urgent').check();
    await page.getByRole('button', {name: 'Add'}).click();
    await page.getByLabel('Thing').pressSequentially(`${name} key by key`);
    await page.getByLabel('Thing').press('Enter');
    found.push(await things());
    await page.frameLocator('iframe').getByRole('button').click();
    found.push(await page.frameLocator('iframe').getByRole('button').textContent());
    page.once('dialog', (dialog) => {
      found.push(dialog.message());
      void dialog.accept();
    });
    await page.getByRole('button', {name: 'Clear'}).click();
    found.push(await things());
    const opened = page.waitForEvent('popup');
    await page.getByText('About, apart').click();
    const popup = await opened;
    found.push(await popup.getByRole('heading').textContent());
    await popup.close();
    await page.getByText('About', {exact: true}).click();
    await page.waitForURL('**/about');
    found.push(await page.title());
    await page.goBack();
    found.push(await page.title(), (await page.screenshot()).length > 1_000);
    const context = await automation.newContext();
    const apart = await context.newPage();
    await apart.route('**/about', (route) => route.fulfill({contentType: 'text/html', body: '<title>Made up</title>'}));
    await apart.goto(`${site.origin}/about`);
    found.push(await apart.title());
    await context.close();
  }
  return found;
}

test('an automation that is at work while three people click finishes as without them', async () => {
  test.setTimeout(120_000);
  page.setDefaultTimeout(30_000);
  const alone = await script();
  await Promise.all(people.map((person) => person.until(() => person.frames.length > 0)));
  await page.goto(`${site.origin}/`);
  await page.evaluate('localStorage.clear()');
  const clicking = setInterval(() => {
    for (const [index, person] of people.entries()) {
      const at = {x: 20 + 20 * index, y: 30, modifiers: 0};
      person.send({type: 'mouse', event: 'move', ...at, button: -1, buttons: 0});
      person.send({type: 'mouse', event: 'down', ...at, button: 0, buttons: 1, clickCount: 1});
      person.send({type: 'mouse', event: 'up', ...at, button: 0, buttons: 0, clickCount: 1});
    }
  }, 150);
  const together = await script().finally(() => clearInterval(clicking));
  expect(together).toEqual(alone);
  expect(alone).toHaveLength(2 * 9);
  // The people were active all the time, and nobody was disconnected.
  await Promise.all(people.map((person) => person.untilHeard()));
  await page.goto(`${site.origin}/`);
  expect(Number(await page.evaluate('localStorage.theirs'))).toBeGreaterThan(10);
  expect(people.flatMap((person) => person.of('error').map(({code}) => code))).toEqual([]);
});
