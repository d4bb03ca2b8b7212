import {expect, test} from 'playwright/test';
import type {BrowserSession} from '../../demo/server/session/session.js';
import {Driver} from '../support/driver.js';
import {useSiteSession, useViewer} from '../support/site-session.js';
import type {TestSite} from '../support/test-site.js';
import {TestViewer} from '../support/test-viewer.js';

let session: BrowserSession;
let driver: Driver;
let site: TestSite;
let viewer: TestViewer;

const BUTTON = 'position: absolute; left: 0; top: 0; width: 200px; height: 100px';

useSiteSession((all) => ({site, session, driver} = all), {'/opened': '<title>Opened</title><body style="background: #0f0">'});
useViewer(() => session, (each) => viewer = each);

/** Opens a page with one element to click, and clicks it. */
async function click(html: string): Promise<void> {
  site.put('/', `<title>Opener</title><body style="margin: 0">${html}`);
  await driver.goto(`${site.origin}/`);
  viewer.click(50, 50);
}

test('viewers follow a new window, tab or page, and see the one before when it closes', async () => {
  for (const html of [
    `<button style="${BUTTON}" onclick="open('/opened', '', 'width=400,height=300')">`,
    `<button style="${BUTTON}" onclick="open('/opened', '_blank', 'noopener')">`,
    `<a href="/opened" target="_blank" style="${BUTTON}">open</a>`,
  ]) {
    await click(html);
    await viewer.message('page', ({url, title}) => url === `${site.origin}/opened` && title === 'Opened');
    const since = viewer.entries.length;
    const opened = await Driver.of(driver.connection, `${site.origin}/opened`);
    // The active page gets the click and is in the picture.
    await opened.evaluate(`addEventListener('click', () => { document.title = 'Clicked'; }); document.hasFocus()`);
    await viewer.until('its picture', () => viewer.frames.length > 0);
    viewer.click(20, 20);
    await viewer.message('page', ({title}) => title === 'Clicked', since);
    await opened.page.send('Page.close');
    await viewer.message('page', ({title}) => title === 'Opener', since);
    await viewer.until('the picture of the page before', () => viewer.entries.slice(since).some((entry) => 'jpeg' in entry));
    const count = viewer.frames.length;
    await driver.evaluate(`document.body.style.background = '#00f'; undefined`);
    await viewer.until('a change of it', () => viewer.frames.length > count);
    viewer.entries.length = 0;
  }
});

test('of several windows the newest is in front; those behind go elsewhere and close unseen; one that nobody asked for is none', async () => {
  site.put('/between', `<title>Between</title><body style="margin: 0"><button style="${BUTTON}" onclick="window.open('/opened')">`);
  site.put('/third', '<title>Third</title>');
  await click(`<button style="${BUTTON}" onclick="window.open('/between')">`);
  await viewer.message('page', ({title}) => title === 'Between');
  const between = await Driver.of(driver.connection, `${site.origin}/between`);
  await between.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))).then(() => {})');
  viewer.click(50, 50);
  await viewer.message('page', ({title}) => title === 'Opened');
  const opened = await Driver.of(driver.connection, `${site.origin}/opened`);
  const loaded = driver.event('Page.loadEventFired');
  await between.evaluate(`opener.location = '/third'; undefined`);
  await loaded;
  await between.page.send('Page.close');
  await opened.evaluate(`document.title = 'Still here'; undefined`);
  await viewer.message('page', ({title}) => title === 'Still here');
  await opened.page.send('Page.close');
  await viewer.message('page', ({title}) => title === 'Third');
  expect(await driver.evaluate(`window.open('/opened')`)).toBeNull();
  const titles = viewer.of('page').map(({title}) => title).filter((title) => title !== '' && !title.includes('/'));
  expect(titles.slice(titles.indexOf('Between'))).toEqual(['Between', 'Opened', 'Still here', 'Third']);
});

test('an automation’s page is followed; a dialog of a page behind is shown and answered', async () => {
  await click('');
  await driver.evaluate(`window.name = 'behind'`);
  const {targetId} = await driver.connection.browser.send('Target.createTarget', {url: `${site.origin}/opened`});
  await viewer.message('page', ({title}) => title === 'Opened');
  driver.page.post('Runtime.evaluate', {expression: `window.answer = prompt('Who?', 'me')`});
  const dialog = await viewer.message('dialog');
  expect(dialog).toMatchObject({kind: 'prompt', message: 'Who?', defaultValue: 'me', origin: site.origin});
  viewer.send({type: 'dialog', id: dialog.id, accept: true, text: 'you'});
  await viewer.message('dialog_closed', ({id}) => id === dialog.id);
  expect(await driver.until('window.answer')).toBe('you');
  await driver.connection.browser.send('Target.closeTarget', {targetId});
  await viewer.until('the page before', () => viewer.of('page').at(-1)?.title === 'Opener');
});

test('each kind of dialog is shown, in cross-site frames too, and the first answer counts', async () => {
  site.put('/asks', `<script>onmessage = () => parent.postMessage(confirm('From a frame'), '*')</script>`);
  await click(`<iframe src="${site.otherOrigin}/asks"></iframe><script>onmessage = ({data}) => { window.answer = data; }</script>`);
  await driver.evaluate(`frames[0].postMessage('', '*')`);
  const confirmed = await viewer.message('dialog', ({kind}) => kind === 'confirm');
  expect(confirmed).toMatchObject({message: 'From a frame', origin: site.otherOrigin});
  viewer.send({type: 'dialog', id: confirmed.id, accept: true});
  expect(await driver.until('window.answer')).toBe(true);

  // An automation answers first.
  driver.page.post('Runtime.evaluate', {expression: `alert('quick')`});
  const alerted = await viewer.message('dialog', ({kind}) => kind === 'alert');
  await driver.page.send('Page.handleJavaScriptDialog', {accept: true});
  await viewer.message('dialog_closed', ({id}) => id === alerted.id);
  viewer.send({type: 'dialog', id: alerted.id, accept: true});

  // A page asks whether to leave it, and stays if the answer is no.
  await click(`<script>onbeforeunload = (event) => event.preventDefault()</script>`);
  await driver.until('navigator.userActivation.hasBeenActive');
  driver.page.post('Page.navigate', {url: `${site.origin}/opened`});
  const stay = await viewer.message('dialog', ({kind}) => kind === 'beforeunload');
  viewer.send({type: 'dialog', id: stay.id, accept: false});
  await viewer.message('dialog_closed', ({id}) => id === stay.id);
  expect(await driver.evaluate('document.title')).toBe('Opener');
  driver.page.post('Page.navigate', {url: `${site.origin}/opened`});
  const leave = await viewer.message('dialog', ({kind, id}) => kind === 'beforeunload' && id !== stay.id);
  viewer.send({type: 'dialog', id: leave.id, accept: true});
  await viewer.message('page', ({title}) => title === 'Opened');
});

test('a page that has crashed is loaded again, and says so', async () => {
  await click('');
  const {page, targetId} = await Driver.of(driver.connection, `${site.origin}/`);
  const loaded = driver.event('Page.loadEventFired');
  page.post('Page.crash');
  await viewer.message('error', ({code}) => code === 'page_crashed');
  await loaded;
  const count = viewer.frames.length;
  await driver.evaluate(`document.body.style.background = '#f0f'; undefined`);
  await viewer.until('its picture', () => viewer.frames.length > count);
  expect(targetId).toBe(driver.targetId);
});

test('the cursor and the focus are reported when they change, in frames too', async () => {
  site.put('/fields', `<body style="margin: 0"><input id=mail type=email style="position: absolute; left: 0; top: 0; width: 100px; height: 30px">`);
  await click(`<style>p { position: absolute; left: 0; top: 0; margin: 0; font: 20px/40px sans-serif } a, div, input, iframe { position: absolute; border: 0 }</style>
    <p>Some words</p><a href="#" style="left: 0; top: 100px">link</a><div style="left: 0; top: 200px; width: 100px; height: 50px; cursor: crosshair"></div>
    <input id=code inputmode=numeric style="left: 0; top: 300px; width: 100px; height: 30px">
    <iframe src="${site.otherOrigin}/fields" style="left: 0; top: 400px; width: 200px; height: 100px"></iframe>`);
  for (const [x, y, cursor] of [[10, 110, 'pointer'], [30, 20, 'text'], [50, 220, 'crosshair'], [600, 600, 'default'], [50, 310, 'text']] as const) {
    const since = viewer.entries.length;
    viewer.move(x, y);
    await viewer.message('cursor', (message) => message.cursor === cursor, since);
  }
  viewer.click(50, 310);
  await viewer.message('focus', ({editable, inputmode}) => editable && inputmode === 'numeric');
  // A cross-process frame takes part in hit testing some time after it has loaded.
  const isInFrame = ({editable, inputmode}: {editable: boolean; inputmode?: string}) => editable && inputmode === 'email';
  while (!viewer.of('focus').some(isInFrame)) {
    viewer.click(50, 415);
    await driver.evaluate('new Promise((resolve) => requestAnimationFrame(() => resolve()))');
  }
  // A new viewer gets the state.
  const late = new TestViewer(session);
  expect(late.of('focus')).toMatchObject([{editable: true, inputmode: 'email'}]);
  late.seat.leave();
  await driver.goto('about:blank');
  await viewer.until('the focus to be gone', () => viewer.of('focus').at(-1)?.editable === false);
});
