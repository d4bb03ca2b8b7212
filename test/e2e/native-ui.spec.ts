import {expect, test} from 'playwright/test';
import type {Browser, BrowserContextOptions, Locator, Page} from 'playwright/test';
import type {ChaserLiveView} from '../../src/index.js';
import {Driver} from '../support/driver.js';
import {launchBrowser} from '../support/launch-browser.js';
import {seatPerson} from '../support/seated-person.js';
import {ServerProcess} from '../support/server-process.js';
import {startSite} from '../support/test-site.js';
import type {TestSite} from '../support/test-site.js';

// Native windows, which are not in the picture: a person handles all of them at the live view, with only one kind of input.

/** The controls of the session's page, one below the other, in the order of the Tab key. */
const CONTROLS = ['alert', 'confirm', 'prompt', 'select', 'framed', 'many', 'popup', 'leave'] as const;
type Control = (typeof CONTROLS)[number];
type Place = readonly [x: number, y: number];

const topOf = (control: Control) => 20 + CONTROLS.indexOf(control) * 60;
const edgeOf = (control: Control): Place => [24, topOf(control) + 4];
/** In the upper half, which is the first option of the list of two. */
const pointOf = (control: Control): Place => [120, topOf(control) + 12];
const style = (control: Control) => `position: absolute; left: 20px; top: ${topOf(control)}px; width: 200px; height: 40px; margin: 0; border: 0; overflow: hidden`;

/** The colours that show the person the state of the page. */
const COLOURS = {controls: '#ffff00', framed: '#ff00ff', opened: '#00ff00', left: '#00ffff', again: '#ff8000', focus: '#0000ff'} as const;
const BESIDE: Place = [300, 40];
/** Not around a frame: its document gets the focus later than the element that it is in. */
const FOCUS = `<style>:focus:not(iframe) { outline: 8px solid ${COLOURS.focus}; outline-offset: -8px }</style>`;

const page = (title: string, colour: string, body: string) => `<!doctype html><title>${title}</title>
  <meta name="viewport" content="width=device-width, initial-scale=1"><body style="margin: 0; background: ${colour}">${FOCUS}
  <script>const outcomes = []; let heard = ''; onkeydown = ({key}) => { if (key === 'Shift') heard = 'many'; };
    onmessage = ({data}) => data === 'heard' ? heard = 'framed' : outcomes.push(data); const tell = (...words) => outcomes.push(words.join(' '));</script>${body}`;
const button = (control: Control, script: string, more = '') => `<button style="${style(control)}" onclick="${script}" ${more}>${control}</button>`;
const ALERT = button('alert', `alert('Hello'); tell('alert')`);
const OPTIONS = '<option>Choose</option><optgroup label="Fruit"><option>Apple</option><option>Pear</option></optgroup>';

const FRAMED = `<!doctype html><body style="margin: 0" onkeydown="if (event.key === 'Shift') top.postMessage('heard', '*')">${FOCUS}<select onchange="top.postMessage('framed ' + value, '*')"
  style="width: 200px; height: 40px; border: 0; background: ${COLOURS.framed}">${OPTIONS}</select>`;
const OPENED = page('Opened', COLOURS.opened, button('alert', `window.close()`, 'autofocus'));
const LEFT = page('Left', COLOURS.left, `${ALERT}<script>
  if (performance.getEntriesByType('navigation')[0].type === 'reload') document.body.style.background = '${COLOURS.again}';
</script>`);
const controls = (otherOrigin: string) => page('Controls', COLOURS.controls, `${ALERT}
  ${button('confirm', `tell('confirm', confirm('Sure?'))`)}
  ${button('prompt', `tell('prompt', prompt('Who?', 'nobody'))`)}
  <select style="${style('select')}" onchange="tell('select', value)">${OPTIONS}</select>
  <iframe style="${style('framed')}" src="${otherOrigin}/framed"></iframe>
  <select style="${style('many')}" multiple size="2" onchange="tell('many', value)"><option>One</option><option>Two</option></select>
  ${button('popup', `window.open('/opened')`)}
  ${button('leave', `onbeforeunload = (event) => event.preventDefault(); location = '/left'`)}`);

/** One kind of input, and a person's actions with it. */
interface Way {
  readonly name: string;
  readonly profile: 'desktop' | 'mobile';
  readonly context: BrowserContextOptions;
  /** Enters the live view. */
  readonly enter: (person: Page) => Promise<void>;
  /** Uses the next control of the session's page. */
  readonly use: (person: Page, control: Control, session: Driver) => Promise<void>;
  /** Accepts the dialog. */
  readonly accept: (dialog: Locator) => Promise<void>;
  /** Replaces the dialog's proposed text. */
  readonly write: (dialog: Locator, text: string) => Promise<void>;
  /** Chooses the last option of the drop-down. */
  readonly choose: (dialog: Locator) => Promise<void>;
}

const ok = (dialog: Locator) => dialog.getByRole('button', {name: 'OK'});
const option = (dialog: Locator) => dialog.locator('option', {hasText: 'Pear'});

const WAYS: readonly Way[] = [
  {
    name: 'by mouse', profile: 'desktop', context: {viewport: {width: 1280, height: 720}},
    enter: (person) => person.mouse.click(640, 700),
    use: (person, control) => person.mouse.click(...pointOf(control)),
    accept: (dialog) => ok(dialog).click(),
    async write(dialog, text) {
      await dialog.locator('input').click({clickCount: 3});
      await dialog.page().keyboard.type(text);
    },
    choose: (dialog) => option(dialog).click(),
  },
  {
    name: 'by keyboard alone', profile: 'desktop', context: {viewport: {width: 1280, height: 720}},
    enter: ({keyboard}) => keyboard.press('Tab'),
    async use(person, control, session) {
      const {keyboard} = person;
      await keyboard.press('Tab');
      await seeFocus(person, control);
      // The browser sends keys to the frame, and to the page after it, a moment later than the focus is painted there.
      const isHeard = async () => control === await session.evaluate('heard');
      if (control === 'framed' || control === 'many') while (!await isHeard()) await keyboard.press('Shift');
      await keyboard.press(control === 'many' ? 'ArrowDown' : 'Space');
    },
    accept: (dialog) => dialog.page().keyboard.press('Enter'),
    write: (dialog, text) => dialog.page().keyboard.type(text),
    async choose(dialog) {
      await dialog.page().keyboard.press('End');
      await dialog.page().keyboard.press('Enter');
    },
  },
  {
    name: 'by finger, on a phone', profile: 'mobile', context: {viewport: {width: 412, height: 839}, hasTouch: true},
    enter: (person) => person.touchscreen.tap(200, 800),
    use: (person, control) => person.touchscreen.tap(...pointOf(control)),
    accept: (dialog) => ok(dialog).tap(),
    async write(dialog, text) {
      await dialog.locator('input').tap();
      await dialog.page().keyboard.press('Control+A');
      await dialog.page().keyboard.insertText(text);
    },
    choose: (dialog) => option(dialog).tap(),
  },
];

let server: ServerProcess;
let site: TestSite;
let browser: Browser;

test.beforeAll(async () => {
  [server, browser, site] = await Promise.all([
    ServerProcess.start({CHASER_ALLOWED_ORIGINS: '*'}), launchBrowser(),
    startSite({'/person': '<!doctype html><body style="margin: 0">', '/framed': FRAMED, '/opened': OPENED, '/left': LEFT}),
  ]);
  site.put('/', controls(site.otherOrigin));
});

test.afterAll(async () => {
  await browser?.close();
  await Promise.all([server?.stop(), site?.close()]);
});

/** Opens a person's page with a view that fills the window. */
async function sitDown({profile, context}: Way): Promise<{person: Page; session: Driver}> {
  const {id, cdpUrl} = await server.session({profile});
  const session = await Driver.open(cdpUrl);
  await session.goto(`${site.origin}/`);
  const person = await seatPerson(browser, `${site.origin}/person`, await server.mint(id), context);
  await person.locator('chaser-live-view').evaluate((view: ChaserLiveView) => view.addEventListener('pagechange', ({title}) => document.title = title));
  return {person, session};
}

/** Waits until the person sees this colour at this point. */
async function see(person: Page, colour: string, [x, y]: Place = BESIDE): Promise<void> {
  await person.waitForFunction(async ([colour, x, y]) => {
    const view = document.querySelector('chaser-live-view');
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    const picture = await view?.snapshot().then(createImageBitmap, () => undefined);
    if (!picture || !context) return false;
    const scale = picture.width / innerWidth;
    context.drawImage(picture, x * scale, y * scale, 1, 1, 0, 0, 1, 1);
    const wanted = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    const {data} = context.getImageData(0, 0, 1, 1);
    return wanted.every((value, index) => Math.abs(value - (data[index] ?? 0)) < 48);
  }, [colour, x, y] as const);
}

/** Waits until the focus is visible at a control. */
const seeFocus = (person: Page, control: Control) => see(person, COLOURS.focus, edgeOf(control));

for (const way of WAYS) {
  test(`dialogs, drop-downs, a list, a window, a farewell and a crash, ${way.name}`, async () => {
    const {person, session} = await sitDown(way);
    const view = person.locator('chaser-live-view');
    const dialog = person.getByRole('alertdialog');
    const told = (outcome: string) => session.until(`outcomes.includes(${JSON.stringify(outcome)})`);
    const titled = (title: string) => expect.poll(() => person.title(), {timeout: 30_000}).toBe(title);
    const answer = async (control: Control, act: () => Promise<void>, outcome?: string) => {
      await way.use(person, control, session);
      await dialog.waitFor();
      // A new dialog ignores input for a moment.
      await dialog.locator('fieldset:enabled').waitFor();
      await act();
      await dialog.waitFor({state: 'detached'});
      if (outcome !== undefined) await told(outcome);
    };
    // A frame that is in the picture takes input.
    await see(person, COLOURS.framed, edgeOf('framed'));
    // The overlay disappears a moment after the picture has appeared.
    await person.locator('chaser-live-view:state(live)').waitFor();
    await way.enter(person);

    await answer('alert', () => way.accept(dialog), 'alert');
    await answer('confirm', () => way.accept(dialog), 'confirm true');
    await answer('prompt', async () => {
      await way.write(dialog, 'Ada 🙂');
      await way.accept(dialog);
    }, 'prompt Ada 🙂');
    await answer('select', () => way.choose(dialog), 'select Pear');
    await answer('framed', () => way.choose(dialog), 'framed Pear');
    // A list with several choices is in the picture.
    await way.use(person, 'many', session);
    await told('many One');

    await way.use(person, 'popup', session);
    await titled('Opened');
    // The only button has the focus from the start.
    await seeFocus(person, 'alert');
    await (way.name === 'by keyboard alone' ? person.keyboard.press('Space') : way.use(person, 'alert', session));
    await titled('Controls');
    await see(person, COLOURS.controls);
    // Nothing else has happened.
    expect(await session.evaluate('outcomes.join()')).toBe('alert,confirm true,prompt Ada 🙂,select Pear,framed Pear,many One');

    await answer('leave', () => way.accept(dialog));
    await titled('Left');
    await see(person, COLOURS.left);
    // In an object, because the call would wait for a plain promise, and not only until the listener is added.
    const heard = await view.evaluateHandle((view: ChaserLiveView) => ({
      error: new Promise<string>((resolve) => view.addEventListener('error', ({error}) => resolve(`${error.code}: ${error.message}`), {once: true})),
    }));
    session.page.post('Page.crash');
    expect(await heard.evaluate(({error}) => error)).toBe('session_notice: The session reports page_crashed.');
    await see(person, COLOURS.again);
    // The reloaded page takes keys once it is complete and has the focus.
    await session.until('document.readyState === "complete" && document.hasFocus()');
    await answer('alert', () => way.accept(dialog), 'alert');
    session.close();
    await person.context().close();
  });
}
