import {setTimeout as delay} from 'node:timers/promises';
import type {TabsMessage} from 'chaser-live-view/protocol';
import {expect, test} from 'playwright/test';
import type {BrowserSession} from '../../demo/server/session/session.js';
import {Driver} from '../support/driver.js';
import {JpegReader} from '../support/jpeg-reader.js';
import {startSession} from '../support/session.js';
import {startSite, type TestSite} from '../support/test-site.js';
import {TestViewer} from '../support/test-viewer.js';

const FORBIDDEN = 'server.example:80';
const STAY = `<script>onbeforeunload = (event) => event.preventDefault()</script>`;

let session: BrowserSession;
let driver: Driver;
let site: TestSite;
let viewer: TestViewer;

test.beforeAll(async () => {
  site = await startSite({
    '/one': '<title>One</title>', '/two': '<title>Two</title>', '/three': '<title>Three</title>', '/stays': `<title>Stays</title>${STAY}`,
  });
  session = await startSession({forbiddenHosts: [FORBIDDEN, '*:29???']});
});

/** Each test begins with one blank page. */
test.beforeEach(async () => {
  viewer = new TestViewer(session, 'full');
  if (!session.hasPage) viewer.send({type: 'tab', action: 'new'});
  for (const {id} of tabs().tabs.slice(1)) viewer.send({type: 'tab', action: 'close', id});
  await until('one page', ({tabs}) => tabs.length === 1);
  viewer.send({type: 'tab', action: 'close', id: idOf(0)});
  await until('a blank page', ({tabs: [tab], back, loading}) => tab?.url === 'about:blank' && !back && !loading);
  driver = await Driver.open(session.browserUrl);
});

test.afterEach(() => {
  driver.close();
  viewer.seat.leave();
});

test.afterAll(async () => {
  await session.close();
  await site.close();
});

function tabs(): TabsMessage {
  const last = viewer.of('tabs').at(-1);
  if (!last) throw new Error('Nobody has told of tabs.');
  return last;
}

function idOf(index: number): string {
  return tabs().tabs[index]?.id ?? '';
}

/** Waits until the last `tabs` message fulfils a condition. */
function until(what: string, isRight: (message: TabsMessage) => boolean): Promise<void> {
  return viewer.until(what, () => isRight(tabs()));
}

/** The titles in the last `tabs` message, the active one in capitals. */
function titles(): string {
  return tabs().tabs.map(({title, active}) => active ? title.toUpperCase() : title).join(' ');
}

const untilTitles = (wanted: string) => viewer.until(wanted, () => titles() === wanted);

async function goTo(path: string, title: string): Promise<void> {
  viewer.send({type: 'navigate', action: 'to', url: site.origin + path});
  await until(title, (message) => message.tabs.some((tab) => tab.active && tab.title === title) && !message.loading);
}

async function newTab(path: string, title: string): Promise<void> {
  const {length} = tabs().tabs;
  viewer.send({type: 'tab', action: 'new'});
  await until('another tab', (message) => message.tabs.length === length + 1 && message.tabs.at(-1)?.active === true);
  await goTo(path, title);
}

test('a new viewer gets the tabs in the order of opening, and the state of the active one', async () => {
  await goTo('/three', 'Three');
  await goTo('/one', 'One');
  await newTab('/two', 'Two');
  viewer.send({type: 'tab', action: 'activate', id: idOf(0)});
  await untilTitles('ONE Two');
  const late = new TestViewer(session);
  expect(late.of('tabs')).toEqual([{
    type: 'tabs', back: true, forward: false, loading: false, tabs: [
      {id: idOf(0), url: `${site.origin}/one`, title: 'One', active: true}, {id: idOf(1), url: `${site.origin}/two`, title: 'Two', active: false},
    ],
  }]);
  late.seat.leave();
});

test('back and forward are reported and work, within a document too, and stop at the ends', async () => {
  await goTo('/one', 'One');
  await goTo('/two', 'Two');
  await driver.evaluate(`history.pushState(null, '', '/two/within'); document.title = 'Within'; undefined`);
  await until('the entry within', ({tabs: [tab]}) => tab?.url === `${site.origin}/two/within`);
  for (const path of ['/two', '/one']) {
    viewer.send({type: 'navigate', action: 'back'});
    await until(path, ({tabs: [tab], forward}) => tab?.url === site.origin + path && forward);
  }
  viewer.send({type: 'navigate', action: 'forward'});
  await until('forward', ({tabs: [tab], back, forward}) => tab?.url === `${site.origin}/two` && back && forward);
  viewer.send({type: 'navigate', action: 'forward'}, );
  await until('the end', ({tabs: [tab], forward}) => tab?.url === `${site.origin}/two/within` && !forward);
  viewer.send({type: 'navigate', action: 'forward'});
  // For the page, the navigation counts as a person's. Going beyond the end has done nothing, so this is the first one that it sees.
  await driver.evaluate(`window.went = new Promise((resolve) => navigation.onnavigate = ({navigationType, userInitiated}) => resolve([navigationType, userInitiated].join())); undefined`);
  viewer.send({type: 'navigate', action: 'back'});
  expect(await driver.evaluate('window.went')).toBe('traverse,true');
});

test('loading is told while a page is on its way, and can be stopped; an entry within a document is not worth it', async () => {
  await goTo('/one', 'One');
  const since = viewer.entries.length;
  for (let index = 1; index < 9; index++) await driver.evaluate(`history.replaceState(null, '', '/one#${index}')`);
  await until('the last entry', ({tabs: [tab]}) => tab?.url === `${site.origin}/one#8`);
  viewer.send({type: 'navigate', action: 'to', url: `${site.origin}/hangs`});
  await until('loading', ({loading}) => loading);
  viewer.send({type: 'navigate', action: 'stop'});
  await until('the stop', ({loading}) => !loading);
  expect(tabs().tabs).toMatchObject([{url: `${site.origin}/one#8`, title: 'One'}]);
  const told = viewer.entries.slice(since).flatMap((entry) => 'message' in entry && entry.message.type === 'tabs' ? [entry.message] : []);
  expect(told.map(({loading}) => loading).filter((loading, index, all) => loading !== all[index - 1])).toEqual([false, true, false]);
  viewer.send({type: 'navigate', action: 'reload'});
  await driver.event('Page.loadEventFired');
});

test('a page that changes its title with each frame is reported ten times a second, with the last title at the end', async () => {
  await goTo('/one', 'One');
  const since = viewer.of('tabs').length;
  const startMs = performance.now();
  await driver.evaluate(`new Promise((resolve) => {
    let count = 0;
    const next = () => { document.title = 'Title ' + ++count; if (count < 100) setTimeout(next, 5); else resolve(); };
    next();
  })`);
  await until('the last title', ({tabs: [tab]}) => tab?.title === 'Title 100');
  expect(viewer.of('tabs').length - since).toBeLessThanOrEqual((performance.now() - startMs) / 100 + 2);
});

test('a tab is brought back and is the one that has the focus; one behind is closed; the one in front leaves its place to its opener', async () => {
  await goTo('/one', 'One');
  await driver.evaluate(`addEventListener('click', () => open('/two')); undefined`);
  viewer.click(50, 50);
  await untilTitles('One TWO');
  viewer.send({type: 'tab', action: 'activate', id: idOf(0)});
  await untilTitles('ONE Two');
  await driver.until(`document.hasFocus() && document.visibilityState === 'visible'`);
  const behind = await Driver.of(driver.connection, `${site.origin}/two`);
  await behind.until(`!document.hasFocus() && document.visibilityState === 'hidden'`);
  // The active page gets the click.
  viewer.click(50, 50);
  await untilTitles('One Two TWO');
  viewer.send({type: 'tab', action: 'close', id: idOf(1)});
  await untilTitles('One TWO');
  viewer.send({type: 'tab', action: 'close', id: idOf(1)});
  await untilTitles('ONE');
});

test('a page that has been used asks whether it is to be left, and stays where the answer is no; a page that shows an alert is closed all the same', async () => {
  await goTo('/one', 'One');
  await newTab('/stays', 'Stays');
  viewer.click(50, 50);
  const used = await Driver.of(driver.connection, `${site.origin}/stays`);
  await used.until('navigator.userActivation.hasBeenActive');
  viewer.send({type: 'tab', action: 'close', id: idOf(1)});
  const asked = await viewer.message('dialog');
  expect(asked.kind).toBe('beforeunload');
  viewer.send({type: 'dialog', id: asked.id, accept: false});
  await viewer.message('dialog_closed');
  expect(titles()).toBe('One STAYS');
  used.page.post('Runtime.evaluate', {expression: `onbeforeunload = null; alert('Hello')`});
  const alert = await viewer.message('dialog', ({kind}) => kind === 'alert');
  viewer.send({type: 'tab', action: 'close', id: idOf(1)});
  await viewer.message('dialog_closed', ({id}) => id === alert.id);
  await untilTitles('ONE');
});

test('closing the last tab leaves a blank page with nowhere to go back to', async () => {
  await goTo('/one', 'One');
  await goTo('/two', 'Two');
  viewer.send({type: 'tab', action: 'close', id: idOf(0)});
  await until('a blank page', ({tabs: [tab], back, forward}) => tab?.url === 'about:blank' && !back && !forward);
  expect(tabs().tabs).toHaveLength(1);
});

test('tabs follow an automation that opens, activates and closes pages', async () => {
  await goTo('/one', 'One');
  const {browser} = driver.connection;
  const {targetId} = await browser.send('Target.createTarget', {url: `${site.origin}/two`});
  await untilTitles('One TWO');
  // As the server learns it from the commands on `cdp_url`.
  session.bringToFront(driver.targetId);
  await untilTitles('ONE Two');
  // Ids of a tab that has just been closed, of targets, and unknown ones.
  const id = idOf(1);
  await browser.send('Target.closeTarget', {targetId});
  await untilTitles('ONE');
  for (const foreign of [id, targetId, driver.targetId, 'tab-0', '']) for (const action of ['activate', 'close'] as const) viewer.send({type: 'tab', action, id: foreign});
  await goTo('/three', 'Three');
  expect(titles()).toBe('THREE');
  expect(viewer.of('error')).toEqual([]);
});

test('without a page viewers see at once that there is none, and a screenshot is none; a new one is as large as before', async () => {
  await goTo('/one', 'One');
  await viewer.until('a picture', () => viewer.frames.length > 0);
  const since = viewer.entries.length;
  await driver.connection.browser.send('Target.closeTarget', {targetId: driver.targetId});
  await viewer.message('error', ({code}) => code === 'no_page', since);
  await until('no tab', (message) => message.tabs.length === 0 && !message.back && !message.loading);
  expect(viewer.of('page').at(-1)).toEqual({type: 'page', url: '', title: ''});
  expect(session.hasPage).toBe(false);
  const reader = await JpegReader.start();
  const white = {...session.viewport, colour: 'white'};
  expect(await reader.read(viewer.frames.at(-1)?.jpeg ?? Buffer.of())).toMatchObject(white);
  const late = new TestViewer(session);
  expect(await reader.read(late.frames[0]?.jpeg ?? Buffer.of())).toMatchObject(white);
  expect(late.of('tabs')).toMatchObject([{tabs: []}]);
  late.seat.leave();
  await reader.close();
  for (const action of ['back', 'forward', 'reload', 'stop'] as const) viewer.send({type: 'navigate', action});
  await goTo('/two', 'Two');
  expect(titles()).toBe('TWO');
  const reborn = await Driver.open(session.browserUrl, site.origin);
  await reborn.until('innerWidth === 1280 && innerHeight === 720');
  await viewer.until('its picture', () => session.viewport.width === 1280 && session.viewport.height === 720);
  reborn.close();
});

const ADDRESSES = [
  'javascript:document.title=1', ' java\nscript:document.title=1', 'JAVASCRIPT:1', 'data:text/html,<title>Data</title>', 'file:///etc/passwd', 'chrome://version',
  'view-source:http://site.example/', 'about:blank', 'blob:http://site.example/1', 'filesystem:http://site.example/temporary/a', 'ftp://site.example/',
  'devtools://devtools/bundled/inspector.html', 'chrome-extension://a/', 'ws://site.example/', 'site.example', '//site.example', '/two', '', 'http://', 'http:// /',
  'http://server.example/', 'http://SERVER.example:80/', 'http://server.example./', 'http://user@server.example/', 'http:server.example', 'http://\u{ff53}erver.example/',
  'http://127.0.0.1:29000/json', 'http://[::1]:29000/json', 'http://2130706433:29000/json', 'http://anything.example:29999/', 'https://127.1:29001/',
];

test('an address of another scheme, or the server’s own, is refused, and nothing happens', async () => {
  await goTo('/one', 'One');
  for (const url of ADDRESSES) {
    const since = viewer.entries.length;
    viewer.send({type: 'navigate', action: 'to', url});
    await viewer.message('error', ({code}) => code === 'not_allowed', since);
  }
  // If the page were opened after all, it would be there by now, or loading.
  expect(await driver.evaluate('document.title + location.pathname')).toBe('One/one');
  await goTo('/two', 'Two');
  expect(viewer.of('error')).toHaveLength(ADDRESSES.length);
});

test('a redirect to one is not followed, wherever it leads and whoever answers for passwords', async () => {
  await goTo('/one', 'One');
  for (const leave of [() => {}, session.leavePasswords()]) {
    for (const to of ['javascript:document.title=1', 'data:text/html,<title>Data</title>', 'file:///etc/passwd', 'chrome://version', 'view-source:http://site.example/', 'http://server.example/', 'http://[::1]:29000/']) {
      const since = viewer.entries.length;
      const ended = new Promise((resolve) => driver.page.on('Page.frameStoppedLoading', resolve));
      viewer.send({type: 'navigate', action: 'to', url: `${site.origin}/redirect?${new URLSearchParams({to: `${site.origin}/redirect?${new URLSearchParams({to})}`})}`});
      await ended;
      if (to.startsWith('http')) await viewer.message('error', ({code}) => code === 'not_allowed', since);
      expect(await driver.evaluate('[document.title, document.contentType, location.protocol].join()'), to).not.toMatch(/^1,|^Data|text\/plain|^[^,]*,[^,]*,(file|data|chrome|view-source):/);
      await goTo('/one', 'One');
    }
    // Redirects between other addresses are allowed, and so is everything that an automation opens.
    await goTo(`/redirect?${new URLSearchParams({to: '/two'})}`, 'Two');
    leave();
  }
});

test('a redirect of a second address is refused even after the first address has loaded', async () => {
  const to = `${site.origin}/redirect?${new URLSearchParams({to: 'http://server.example/'})}`;
  // At some moment in between, the first navigation can no longer be stopped.
  for (let waitMs = 0; waitMs < 25; waitMs++) {
    const since = viewer.entries.length;
    viewer.send({type: 'navigate', action: 'to', url: `${site.origin}/one?${waitMs}`});
    await delay(waitMs);
    viewer.send({type: 'navigate', action: 'to', url: to});
    await viewer.message('error', ({code}) => code === 'not_allowed', since);
  }
});

test('each token allows exactly its navigation', async () => {
  await goTo('/one', 'One');
  const none = new TestViewer(session, 'none');
  const history = new TestViewer(session, 'history');
  const id = idOf(0);
  const full = [{type: 'tab', action: 'new'}, {type: 'navigate', action: 'to', url: `${site.origin}/two`}] as const;
  const rest = [
    {type: 'tab', action: 'activate', id}, {type: 'tab', action: 'close', id: 'tab-0'}, {type: 'navigate', action: 'back'},
    {type: 'navigate', action: 'forward'}, {type: 'navigate', action: 'reload'}, {type: 'navigate', action: 'stop'},
  ] as const;
  for (const message of [...full, ...rest]) none.send(message);
  for (const message of full) history.send(message);
  expect(none.of('error').map(({code}) => code)).toEqual([...full, ...rest].map(() => 'not_allowed'));
  expect(history.of('error').map(({code}) => code)).toEqual(full.map(() => 'not_allowed'));
  expect(tabs().tabs).toHaveLength(1);
  for (const message of rest) history.send(message);
  expect(history.of('error')).toHaveLength(full.length);
  await until('the way back', ({tabs: [tab], forward}) => forward || tab?.url === 'about:blank' || tab?.title === 'One');
  none.seat.leave();
  history.seat.leave();
});

test('viewers can open fifty tabs, and further tabs of an automation are not listed', async () => {
  test.setTimeout(180_000);
  const {browser} = driver.connection;
  for (let count = 1; count < 50; count++) await browser.send('Target.createTarget', {url: 'about:blank', background: true});
  await until('fifty', (message) => message.tabs.length === 50);
  const since = viewer.entries.length;
  viewer.send({type: 'tab', action: 'new'});
  expect((await viewer.message('error', () => true, since)).code).toBe('not_allowed');
  const ids = tabs().tabs.map(({id}) => id);
  viewer.send({type: 'tab', action: 'activate', id: ids[0] ?? ''});
  await until('the first', (message) => message.tabs[0]?.active === true);
  await browser.send('Target.createTarget', {url: `${site.origin}/one`});
  await until('the newest', (message) => message.tabs.at(-1)?.title === 'One');
  expect(tabs().tabs).toHaveLength(50);
  session.bringToFront(driver.targetId);
  await until('the one in front', (message) => message.tabs.some(({active}) => active));
  expect(tabs().tabs).toHaveLength(50);
  const {targetInfos} = await browser.send('Target.getTargets');
  await Promise.all(targetInfos.filter(({targetId}) => targetId !== driver.targetId).map(({targetId}) => browser.send('Target.closeTarget', {targetId})));
  await until('one', (message) => message.tabs.length === 1);
});

test('a farewell that was refused takes nothing from the page’s history', async () => {
  await goTo('/one', 'One');
  await goTo('/stays', 'Stays');
  viewer.click(50, 50);
  await driver.until('navigator.userActivation.hasBeenActive');
  viewer.send({type: 'tab', action: 'close', id: idOf(0)});
  const {id} = await viewer.message('dialog');
  viewer.send({type: 'dialog', id, accept: false});
  await viewer.message('dialog_closed');
  await driver.evaluate('onbeforeunload = null');
  viewer.send({type: 'navigate', action: 'back'});
  await until('One', ({tabs: [tab], forward}) => tab?.title === 'One' && forward);
});
