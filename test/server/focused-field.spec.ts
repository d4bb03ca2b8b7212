import {expect, test} from 'playwright/test';
import type {BrowserSession} from '../../demo/server/session/session.js';
import type {Driver} from '../support/driver.js';
import {useSiteSession, useViewer} from '../support/site-session.js';
import type {TestSite} from '../support/test-site.js';
import {TestViewer} from '../support/test-viewer.js';

let session: BrowserSession;
let driver: Driver;
let site: TestSite;
let viewer: TestViewer;

useSiteSession((all) => ({site, session, driver} = all));
useViewer(() => session, (each) => viewer = each);

const FIELD = 'position: absolute; box-sizing: border-box; border: 0; width: 100px; height: 30px';
/** A frame's page: a field at 20, 40, and room to scroll; it does what it is told to, or has the frame in it do so. */
const FRAME = `<body style="margin: 0; height: 2000px"><input style="${FIELD}; left: 20px; top: 40px">
  <script>onmessage = ({data}) => data === 'focus' ? document.querySelector('input').focus() : scrollTo(0, data);
    addEventListener('mousemove', () => top.postMessage('reached', '*'));</script>`;

async function open(html: string): Promise<void> {
  site.put('/', `<title>Fields</title><body style="margin: 0; height: 3000px"><script>addEventListener('message', ({data}) => window.isReached ||= data === 'reached');</script>${html}`);
  await driver.goto(`${site.origin}/`);
}

/** Waits until the last `focus` message has this box. */
async function isAt(x: number, y: number, width = 100, height = 30): Promise<void> {
  const wanted = {type: 'focus', editable: true, x, y, width, height};
  await viewer.until(`the field at ${x}, ${y}`, () => JSON.stringify(viewer.of('focus').at(-1)) === JSON.stringify(wanted));
}

test('the focused field\'s box is sent with the focus, and again when it moves', async () => {
  await open(`<input style="${FIELD}; left: 100px; top: 200px"><input style="${FIELD}; left: 300px; top: 200px; width: 50px">
    <button style="${FIELD}; left: 500px; top: 200px">`);
  viewer.click(150, 215);
  await isAt(100, 200);
  // Between two fields of the same kind, only the box changes.
  viewer.click(320, 215);
  await isAt(300, 200, 50);
  await driver.evaluate('scrollTo(0, 150)');
  await isAt(300, 50, 50);
  await driver.evaluate(`document.activeElement.style.translate = '10px 5px'; undefined`);
  await isAt(310, 55, 50);
  const late = new TestViewer(session);
  expect(late.of('focus')).toEqual([{type: 'focus', editable: true, x: 310, y: 55, width: 50, height: 30}]);
  late.seat.leave();
  viewer.click(550, 65);
  await viewer.until('the focus to be gone', () => JSON.stringify(viewer.of('focus').at(-1)) === JSON.stringify({type: 'focus', editable: false}));
});

test('in a shadow root, and in frames of the same and of another site, as they scroll and are scrolled', async () => {
  site.put('/frame', FRAME);
  site.put('/around', `<body style="margin: 0"><iframe src="${site.origin}/frame" style="border: 0; position: absolute; left: 10px; top: 10px; width: 200px; height: 150px"></iframe>
    <script>onmessage = ({data}) => frames[0].postMessage(data, '*');</script>`);
  const frame = (src: string, top: number) => `<iframe src="${src}" style="border: 5px solid; position: absolute; left: 300px; top: ${top}px; width: 250px; height: 200px"></iframe>`;
  await open(`<div></div>${frame('/frame', 50)}${frame(`${site.otherOrigin}/frame`, 300)}${frame(`${site.otherOrigin}/around`, 550)}
    <script>document.querySelector('div').attachShadow({mode: 'open'}).innerHTML = '<input style="${FIELD}; left: 30px; top: 60px">';</script>`);
  viewer.click(50, 75);
  await isAt(30, 60);
  viewer.click(340, 110);
  await isAt(325, 95);
  for (const {index, x, y} of [{index: 1, x: 325, y: 345}, {index: 2, x: 335, y: 605}]) {
    const tell = (what: string | number) => driver.evaluate(`frames[${index}].postMessage(${JSON.stringify(what)}, '*')`);
    await tell('focus');
    await isAt(x, y);
    await driver.evaluate('scrollTo(0, 100)');
    await isAt(x, y - 100);
    await tell(20);
    await isAt(x, y - 120);
    await driver.evaluate('scrollTo(0, 0)');
    await isAt(x, y - 20);
  }
  // The focus is gone with the frames.
  await driver.goto('about:blank');
  await viewer.until('the focus to be gone', () => JSON.stringify(viewer.of('focus').at(-1)) === JSON.stringify({type: 'focus', editable: false}));
});

test('the box is right in the end, even if the surroundings move away and back between two checks', async () => {
  site.put('/frame', FRAME);
  await open(`<iframe src="${site.otherOrigin}/frame" style="border: 0; position: absolute; left: 300px; top: 300px; width: 250px; height: 200px"></iframe>`);
  // A cross-process frame takes part in hit testing some time after it has loaded.
  for (let step = 0; await driver.evaluate('window.isReached') !== true; step++) viewer.move(330 + step % 2, 350);
  viewer.click(330, 350);
  await isAt(320, 340);
  for (let scrolled = 1; scrolled <= 8; scrolled++) {
    await driver.evaluate('scrollTo(0, 100)');
    await driver.evaluate(`frames[0].postMessage(${scrolled}, '*')`);
    await viewer.until('both to be told', () => viewer.of('focus').at(-1)?.y === 240 - scrolled);
    await driver.evaluate('scrollTo(0, 0)');
    await isAt(320, 340 - scrolled);
  }
});

test('a field that moves all the time is reported at a limited rate', async () => {
  await open(`<style>@keyframes way { to { left: 900px } } input { animation: way 2s linear forwards }</style><input autofocus style="${FIELD}; left: 100px; top: 20px">`);
  await isAt(900, 20);
  const told = viewer.of('focus').filter(({x}) => x !== undefined);
  expect(told.length).toBeLessThan(15);
});
