import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {PreviewToken} from 'chaser-live-view/protocol';
import {type Browser, type BrowserContextOptions, devices, expect, type Page, test} from 'playwright/test';
import type {Profile} from '../../demo/server/session/device.js';
import {Driver} from '../support/driver.js';
import {launchBrowser} from '../support/launch-browser.js';
import {Person} from '../support/person.js';
import {type Recorded, SETTLE} from '../support/recorder.js';
import {RecordingServer} from '../support/recording-server.js';
import {ServerProcess} from '../support/server-process.js';
import {TWIN_BODY, TWIN_HEAD} from '../support/twin-page.js';
import {differences, documentedDifferences, fromOwnStart, withoutWindowPointer} from '../support/twins.js';

test.describe.configure({timeout: 90_000});

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Waits until the person's clipboard has a copied text: this one, or the last one that their view has reported. */
type Copied = (text?: string) => Promise<void>;
type Script = (person: Person, copied: Copied) => Promise<void>;

const PLACE = [30, 20] as const;
/** The size of the picture and of the twin's window. Both show the whole viewport of the page. */
const VIEWPORTS = {desktop: {width: 1280, height: 720}, mobile: {width: 412, height: 839}} as const;

let server: ServerProcess;
let recording: RecordingServer;

test.beforeAll(async () => {
  [server, recording] = await Promise.all([ServerProcess.start({CHASER_ALLOWED_ORIGINS: '*', CHASER_FPS: '10'}), RecordingServer.start()]);
});

test.afterAll(async () => {
  await Promise.all([server?.stop(), recording?.stop()]);
});

async function withMouse(person: Person): Promise<void> {
  await person.move(10, 10);
  await person.move(60, 100);
  await person.click();
  await person.click('left', 2);
  await person.move(70, 110);
  await person.click('right');
  await person.click('middle');
  await person.move(80, 120);
  await person.press();
  for (const x of [90, 120, 180, 300, 320]) await person.move(x, 130);
  await person.lift();
  await person.move(80, 30);
  await person.click();
  await person.move(50, 380);
  await person.press();
  await person.move(150, 380);
  await person.lift();
  await person.move(41, 342);
  await person.press();
  await person.move(160, 343);
  await person.lift();
  // Where the page scrolls under the mouse, and the mouse still points to the same element.
  await person.move(600, 600);
  await person.wheel(0, 120);
  await person.wheel(0, -120);
}

async function withKeys(person: Person): Promise<void> {
  await person.move(60, 230);
  await person.click();
  await person.key('a', '1', ' ', '.', 'Enter', 'ArrowLeft', 'End', 'b', 'Backspace', 'Escape', 'F2', 'Numpad7');
  await person.keyDown('Shift');
  await person.key('Q', 'ArrowLeft', '!');
  await person.keyUp('Shift');
  await person.keyDown('Control');
  await person.key('a', 'z');
  await person.keyUp('Control');
  await person.keyDown('Alt');
  await person.key('x');
  await person.keyUp('Alt');
  await person.keyDown('r');
  await person.keyDown('r');
  await person.keyUp('r');
  await person.key('Tab');
}

async function withClipboard(person: Person, copied: Copied): Promise<void> {
  const shortcut = async (...keys: readonly string[]) => {
    await person.keyDown('Control');
    await person.key(...keys);
    await person.keyUp('Control');
  };
  await person.move(60, 230);
  await person.click();
  await person.key('a', 'b', 'c');
  await shortcut('a', 'c');
  await copied('abc');
  await person.key('ArrowRight');
  await shortcut('v', 'v', 'z', 'a', 'x');
  await copied('abcabc');
  await shortcut('v');
  await person.keyDown('Shift');
  await shortcut('V');
  await person.keyUp('Shift');
  // Without a selection, the clipboard stays unchanged.
  await shortcut('c', 'x', 'v');
  // Outside of text fields.
  await person.move(60, 90);
  await person.click();
  await shortcut('c', 'x', 'v');
  // Formatted text, into a plain field and into a rich one.
  await person.move(60, 342);
  await person.click('left', 1);
  await person.click('left', 2);
  await shortcut('c');
  await copied('one');
  await person.move(60, 230);
  await person.click();
  await shortcut('v');
  await person.move(420, 230);
  await person.click();
  await shortcut('v', 'a', 'x');
  await copied();
  await shortcut('v');
}

async function withFingers(person: Person): Promise<void> {
  await tap(person, 80, 30);
  await tap(person, 70, 240);
  // A drag where fingers do not scroll, and then two fingers there, which are lifted one after the other.
  await person.touch('touchmove', ['touchStart', [60, 500]], ['touchMove', [120, 520]]);
  await person.touch('touchmove', ['touchMove', [260, 560]]);
  await person.touch('touchend', ['touchEnd']);
  await person.touch('touchstart', ['touchStart', [100, 550]]);
  await person.touch('touchstart', ['touchStart', [100, 550], [200, 600]]);
  await person.touch('touchmove', ['touchMove', [80, 520], [240, 640]]);
  await person.touch('touchend', ['touchEnd']);
  // A swipe that scrolls to the end at once, so that no fling continues for an unknown time.
  await person.touch('scroll', ['touchStart', [300, 780]], ['touchMove', [300, 600]]);
  await person.touch('touchend', ['touchEnd']);
}

async function tap(person: Person, x: number, y: number): Promise<void> {
  await person.touch('click', ['touchStart', [x, y]], ['touchEnd']);
}

for (const [name, profile, script] of [['mouse', 'desktop', withMouse], ['keys', 'desktop', withKeys], ['clipboard', 'desktop', withClipboard], ['fingers', 'mobile', withFingers]] as const) {
  test(`${name}: a person at the page itself and one at its live view are told apart by nothing but what the documentation lists`, async () => {
    const url = recording.page(`twin-${name}`, TWIN_BODY, 'top', TWIN_HEAD);
    const direct = await recordedAtPage(profile, script, url);
    const remote = await recordedAtLiveView(profile, script, url, direct);
    expect(direct.flat().length).toBeGreaterThan(20);
    const alike = (events: readonly Recorded[]) => profile === 'mobile' ? fromOwnStart(withoutWindowPointer(events)) : events;
    expect(differences(alike(direct.flat()), alike(remote), IGNORED)).toEqual([]);
  });
}

/** The events of each step of the script, performed at the page itself. */
async function recordedAtPage(profile: Profile, script: Script, url: string): Promise<readonly (readonly Recorded[])[]> {
  // Like a phone's session, a window without bars.
  const browser = await launchBrowser({args: profile === 'mobile' ? ['--kiosk', '--window-position=0,0'] : []});
  try {
    const page = await openPage(browser, profile, {viewport: VIEWPORTS[profile]});
    recording.clear();
    await page.goto(url);
    await recording.next('ready');
    const steps: (readonly Recorded[])[] = [];
    const person = await Person.at(page, [0, 0], async (type) => {
      if (type !== undefined) await recording.next(type);
      await settle(page.evaluate(SETTLE));
      steps.push(seen());
      recording.clear();
    });
    if (profile === 'mobile') await touchUntilHeard(person);
    await script(person, async () => {});
    return steps;
  } finally {
    await browser.close();
  }
}

/** The events of the script at a live view. Each step waits until there are as many events as at the page itself. */
async function recordedAtLiveView(profile: Profile, script: Script, url: string, direct: readonly (readonly Recorded[])[]): Promise<readonly Recorded[]> {
  // A new browser for each script, because a touch with two fingers affects later pages.
  const [browser, session] = await Promise.all([launchBrowser(), server.session({profile})]);
  const driver = await Driver.open(session.cdpUrl);
  try {
    recording.clear();
    await driver.goto(url);
    await recording.next('ready');
    const {width, height} = VIEWPORTS[profile];
    const page = await openPage(browser, profile, {
      viewport: {width: width + 60, height: height + 40}, deviceScaleFactor: 1, permissions: ['clipboard-read', 'clipboard-write'],
    });
    await showLiveView(page, profile, await server.mint(session.id));
    let [step, wanted] = [0, 0];
    const person = await Person.at(page, PLACE, async () => {
      wanted += direct[step++]?.length ?? 0;
      await recording.until(() => seen().length >= wanted, `${wanted} events, those of ${step} steps`);
    });
    if (profile === 'mobile') await touchUntilHeard(person);
    await script(person, (text) => copiedAt(page, text));
    await settle(driver.evaluate(SETTLE));
    return seen();
  } finally {
    driver.close();
    await Promise.all([browser.close(), server.call('DELETE', `/v1/sessions/${session.id}`)]);
  }
}

async function openPage(browser: Browser, profile: Profile, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext({...(profile === 'mobile' && devices['Pixel 7']), screen: {width: 1920, height: 1080}, ...options});
  return context.newPage();
}

async function showLiveView(page: Page, profile: Profile, token: PreviewToken): Promise<void> {
  const {width, height} = VIEWPORTS[profile];
  const [left, top] = PLACE;
  await page.goto(recording.plainPage('person', `${TWIN_HEAD}
    <style>body {margin: 0} chaser-live-view {position: absolute; left: ${left}px; top: ${top}px; width: ${width}px; height: ${height}px}</style>
    <chaser-live-view></chaser-live-view>`));
  await page.addScriptTag({content: readFileSync(join(root, 'dist/chaser-live-view.iife.js'), 'utf8')});
  await page.evaluate(async (src) => {
    const view = document.querySelector('chaser-live-view');
    if (!view) throw new Error('There is no element.');
    const isLive = new Promise((resolve) => view.addEventListener('frame', resolve, {once: true}));
    view.addEventListener('clipboard', ({text}) => view.dataset['copied'] = text);
    view.setAttribute('src', src);
    await isLive;
  }, token.url);
}

/** Waits until the person's clipboard has a text, by default the last one that was copied in the session. */
async function copiedAt(page: Page, wanted?: string): Promise<void> {
  await page.waitForFunction(async (wanted) => {
    const view = document.querySelector('chaser-live-view');
    const text = view?.dataset['copied'];
    if (!view || text === undefined || text !== (wanted ?? text) || await navigator.clipboard.readText() !== text) return false;
    delete view.dataset['copied'];
    return true;
  }, wanted);
}

/**
 * Touches the page until it reports a touch, because before that the browser does not know of its listeners. Then taps once, because the
 * first tap in a document differs, as documented.
 */
async function touchUntilHeard(person: Person): Promise<void> {
  recording.clear();
  while (recording.of('touchstart').length === 0) {
    await person.touchOnly(['touchStart', [300, 600]], ['touchCancel']);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await person.touchOnly(['touchStart', [380, 800]], ['touchEnd']);
  await recording.next('click');
  recording.clear();
}

/** Waits until a page has reported `settled`. */
async function settle(said: Promise<unknown>): Promise<void> {
  await said;
  await recording.next('settled');
}

/** The recorded events, without the documented ones. */
function seen(): readonly Recorded[] {
  return recording.events.filter(({type}) => !IGNORED.has(type) && type !== 'settled');
}

/** The members whose differences are documented. */
const IGNORED: ReadonlySet<string> = new Set(documentedDifferences());
