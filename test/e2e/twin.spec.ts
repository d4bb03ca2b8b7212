import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {type Browser, expect, type Page, test} from 'playwright/test';
import {CdpConnection} from '../../demo/session/cdp.js';
import {launchBrowser} from '../support/launch-browser.js';
import {Person} from '../support/person.js';
import type {Recorded} from '../support/recorder.js';
import {RecordingServer} from '../support/recording-server.js';
import {ServerProcess} from '../support/server-process.js';
import {TWIN_BODY, TWIN_HEAD} from '../support/twin-page.js';

test.describe.configure({timeout: 60_000});

const root = fileURLToPath(new URL('../../', import.meta.url));
const PLACE = [30, 20] as const;
/** Of the picture, and of the twin's window: both see the whole of the page's viewport. */
const VIEWPORTS = {desktop: {width: 1280, height: 720}, mobile: {width: 412, height: 839}} as const;

let server: ServerProcess;
let browser: Browser;
let recording: RecordingServer;

test.beforeAll(async () => {
  [server, browser, recording] = await Promise.all([
    ServerProcess.start({CHASER_ALLOWED_ORIGINS: '*', CHASER_FPS: '10'}), launchBrowser(),
    RecordingServer.start(),
  ]);
});

test.afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop(), recording?.stop()]);
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
  // Where the page scrolls under the mouse, and it still points to the same.
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

for (const [name, profile, script] of [['mouse', 'desktop', withMouse], ['keys', 'desktop', withKeys]] as const) {
  test(`${name}: a person at the page itself and one at its live view are told apart by nothing but what the documentation lists`, async () => {
    const url = recording.page(`twin-${name}`, TWIN_BODY, 'top', TWIN_HEAD);
    const direct = await recorded(profile, script, (page) => atPage(page, url), [0, 0]);
    const remote = await recorded(profile, script, (page) => atLiveView(page, url, profile), PLACE);
    expect(direct.length).toBeGreaterThan(20);
    expect(compare(direct, remote)).toEqual([]);
  });
}

/** Does the script in a window of its own, and gives what the page recorded. */
async function recorded(
  profile: 'desktop' | 'mobile', script: (person: Person) => Promise<void>, open: (page: Page) => Promise<() => Promise<void>>, place: readonly [number, number],
): Promise<readonly Recorded[]> {
  const viewport = VIEWPORTS[profile];
  const isRemote = place === PLACE;
  const context = await browser.newContext({
    viewport: isRemote ? {width: viewport.width + 60, height: viewport.height + 40} : viewport, screen: {width: 1920, height: 1080},
  });
  const page = await context.newPage();
  try {
    const close = await open(page);
    const person = Person.at(page, place, quiet);
    recording.clear();
    await script(person);
    const events = [...recording.events];
    await close();
    return events;
  } finally {
    await context.close();
  }
}

/** Waits until sixty milliseconds have brought nothing new: no event tells that it was the last. */
async function quiet(): Promise<void> {
  for (let before = -1; before !== recording.events.length;) {
    before = recording.events.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
}

async function atPage(page: Page, url: string): Promise<() => Promise<void>> {
  recording.clear();
  await page.goto(url);
  await recording.next('ready');
  return () => Promise.resolve();
}

async function atLiveView(page: Page, url: string, profile: 'desktop' | 'mobile'): Promise<() => Promise<void>> {
  const session = await server.session({profile});
  const automation = await CdpConnection.open(session.cdpUrl);
  const {targetInfos} = await automation.browser.send('Target.getTargets', {filter: [{type: 'page'}, {exclude: true}]});
  const {sessionId} = await automation.browser.send('Target.attachToTarget', {targetId: targetInfos[0]?.targetId ?? '', flatten: true});
  recording.clear();
  await automation.session(sessionId).send('Page.navigate', {url});
  await recording.next('ready');
  automation.close();
  const token = await server.mint(session.id);
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
    view.setAttribute('src', src);
    await isLive;
  }, token.url);
  return async () => {
    await server.call('DELETE', `/v1/sessions/${session.id}`);
  };
}

/** Members that differ by nature, each listed with its reason in the documentation. */
const IGNORED: ReadonlySet<string> = new Set(documentedDifferences());

function documentedDifferences(): string[] {
  const text = readFileSync(join(root, 'demo/docs/input.md'), 'utf8');
  const section = text.split('### Differences that remain')[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([^|]+)` \|/gm)].flatMap(([, names = '']) => names.split('`, `'));
}

function compare(direct: readonly Recorded[], remote: readonly Recorded[]): string[] {
  const [one, other] = [direct.map(shape), remote.map(shape)].map((events) => events.filter(({type}) => !IGNORED.has(type)));
  const kinds = (events: typeof one) => events?.map(({type, target}) => `${type} ${target}`) ?? [];
  if (JSON.stringify(kinds(one)) !== JSON.stringify(kinds(other))) return [`order: ${kinds(one).join(', ')}\nand    ${kinds(other).join(', ')}`];
  return [...new Set((one ?? []).flatMap((event, index) => {
    const twin = other?.[index]?.members ?? {};
    return Object.entries(event.members).flatMap(([name, value]) =>
      IGNORED.has(name) || JSON.stringify(value) === JSON.stringify(twin[name]) ? [] : [`${event.type} ${name}: ${JSON.stringify(value)} ${JSON.stringify(twin[name])}`]);
  }))];
}

/** An event without what the documentation lists, in the lists inside it too. */
function shape({type, target, members}: Recorded): {type: string; target: string; members: Record<string, unknown>} {
  const strip = (value: unknown): unknown => Array.isArray(value) ? value.map(strip)
    : typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).filter(([name]) => !IGNORED.has(name)))
    : value;
  return {type, target, members: Object.fromEntries(Object.entries(members).map(([name, value]) => [name, strip(value)]))};
}
