import {expect, test} from 'playwright/test';
import {DrivenSession, type Hand, story} from '../support/driven-session.js';

let driven: DrivenSession;
let hand: Hand;

test.beforeAll(async () => {
  driven = await DrivenSession.start('desktop');
});

test.afterAll(() => driven.stop());

test.beforeEach(() => {
  hand = driven.hand();
});

test.afterEach(() => hand.leave());

const ESCAPE = {code: 'Escape', keyCode: 27} as const;
const F5 = {code: 'F5', keyCode: 116} as const;
const captor = (cursor: string) => `<style>body {margin: 0} button {position: absolute; top: 0; width: 80px; height: 40px; cursor: ${cursor}}</style>
  <button id="full" style="left: 0" onclick="document.documentElement.requestFullscreen()">full</button>
  <button id="lock" style="left: 100px" onclick="lock.requestPointerLock()">lock</button>
  <button id="other" style="left: 200px">other</button><input id="field" style="position: absolute; top: 50px">
  <script>for (const type of ['fullscreenchange', 'pointerlockchange']) addEventListener(type, () => field.focus(), true);</script>`;

/** Waits until the server observes the document with the button at this point, by its cursor. */
async function observed(cursor: string, x: number, y: number): Promise<void> {
  const timer = setInterval(() => hand.move(x, y + Math.random()), 50);
  await hand.until(() => hand.told.some((message) => message.type === 'cursor' && message.cursor === cursor));
  clearInterval(timer);
  hand.told.length = 0;
}

/** Waits until the server knows that a document is in full screen or has locked the pointer. The document focuses a field right after. */
async function told(): Promise<void> {
  await hand.until(() => hand.told.some((message) => message.type === 'focus' && message.editable));
  driven.recording.clear();
}

/** Presses a key and waits until the page reports it. Earlier reports have then arrived, too. */
async function settle(): Promise<void> {
  driven.recording.clear();
  hand.press('F9', {code: 'F9', keyCode: 120});
  await driven.recording.next('keyup');
  driven.recording.clear();
}

for (const [name, x, change, cursor] of [['full screen', 40, 'fullscreenchange', 'help'], ['the pointer', 140, 'pointerlockchange', 'crosshair']] as const) {
  test(`Escape gives back ${name}, and the page hears no key`, async () => {
    const {recording} = driven;
    await driven.open(recording.page('captor', captor(cursor)));
    await observed(cursor, x, 20);
    hand.click(x, 20);
    await recording.next(change);
    await told();
    hand.press('Escape', ESCAPE);
    await recording.next(change);
    expect(await driven.evaluate('document.fullscreenElement ?? document.pointerLockElement')).toBe(null);
    expect(story(recording.of('keydown keyup'))).toEqual([]);
    hand.click(240, 20);
    expect((await recording.next('click')).target).toBe('other');
    hand.press('Escape', ESCAPE);
    expect(story([await recording.next('keydown'), await recording.next('keyup')])).toEqual(['keydown other', 'keyup other']);
  });
}

test('Escape gives back what a frame of another site has taken', async () => {
  const {recording} = driven;
  for (const [x, change, cursor] of [[140, 'fullscreenchange', 'cell'], [240, 'pointerlockchange', 'copy']] as const) {
    const frame = recording.page('captor-frame', captor(cursor), 'frame');
    await driven.open(recording.page('captor-top', `<style>body {margin: 0} iframe {position: absolute; left: 100px; top: 100px; width: 400px; height: 200px; border: 0}</style>
      <iframe allow="fullscreen" src="${frame}"></iframe>`), 'captor-frame');
    await observed(cursor, x, 120);
    hand.click(x, 120);
    await recording.next(change, 'captor-frame');
    await told();
    hand.press('Escape', ESCAPE);
    await recording.next(change, 'captor-frame');
    expect(story(recording.of('keydown keyup'))).toEqual([]);
  }
});

const HISTORY = '<p>page</p>';

/** Opens two pages one after the other. The second is active. */
async function openTwo(): Promise<void> {
  const {recording} = driven;
  await driven.open(recording.page('first', HISTORY));
  await driven.open(recording.page('second', HISTORY));
  hand.click(300, 300);
  await recording.next('click');
}

test('F5 and Control+R load the page again, Alt with an arrow goes back and forward', async () => {
  const {recording} = driven;
  await openTwo();
  for (const press of [() => hand.press('F5', F5), () => hand.press('r', {code: 'KeyR', keyCode: 82, modifiers: 2, text: ''}), () => hand.press('к', {code: 'KeyR', keyCode: 82, modifiers: 2, text: ''})]) {
    recording.clear();
    press();
    await recording.next('ready', 'second');
  }
  recording.clear();
  hand.press('ArrowLeft', {code: 'ArrowLeft', keyCode: 37, modifiers: 1});
  await recording.next('ready', 'first');
  hand.click(300, 300);
  await recording.next('click', 'first');
  recording.clear();
  hand.press('ArrowRight', {code: 'ArrowRight', keyCode: 39, modifiers: 1});
  await recording.next('ready', 'second');
});

test('a page can prevent these keys, and an automation\'s keys do nothing', async () => {
  const {recording} = driven;
  await driven.open(recording.page('before', HISTORY));
  await driven.open(recording.page('keeper', '<script>addEventListener("keydown", (event) => event.preventDefault())</script>'));
  await driven.evaluate('window.stays = true');
  for (const [key, more] of [['F5', F5], ['r', {code: 'KeyR', keyCode: 82, modifiers: 2}], ['ArrowLeft', {code: 'ArrowLeft', keyCode: 37, modifiers: 1}]] as const) {
    const before = recording.of('keyup').length;
    hand.press(key, more);
    await recording.until(() => recording.of('keyup').length > before);
  }
  await settle();
  expect(await driven.evaluate('window.stays')).toBe(true);
});

test('a page that a form has made is not loaded again by a key: its form would be sent again', async () => {
  const {recording} = driven;
  await driven.open(recording.page('form', '<form method="post" action="/second"><button style="position: absolute; left: 0; top: 0; width: 100px; height: 50px">send</button></form>'));
  recording.page('second', HISTORY);
  hand.click(20, 20);
  await recording.next('ready', 'second');
  hand.click(300, 300);
  hand.press('F5', F5);
  await hand.until(() => hand.told.some((message) => message.type === 'error' && message.code === 'reload_declined'));
});

test('a wheel with Control does not scroll, and the page can handle it', async () => {
  const {recording} = driven;
  const tall = '<style>body {margin: 0; height: 3000px} div {position: absolute; left: 300px; top: 50px; width: 200px; height: 200px; overflow: auto} p {height: 2000px}</style><div><p>tall</p></div>';
  const frame = recording.page('zoom-frame', tall, 'frame');
  await driven.open(recording.page('zoom', `${tall}<iframe src="${frame}" style="position: absolute; left: 0; top: 300px; width: 250px; height: 200px"></iframe>`), 'zoom-frame');
  await driven.reach(hand, 'zoom-frame', 100, 400);
  for (const [x, y, name] of [[100, 100, 'zoom'], [350, 100, 'zoom'], [100, 400, 'zoom-frame']] as const) {
    recording.clear();
    for (let step = 0; step < 20; step++) hand.send({type: 'wheel', x, y, deltaX: 0, deltaY: 6, buttons: 0, modifiers: 2});
    await recording.until(() => recording.of('wheel', name).reduce((sum, {members}) => sum + Number(members['deltaY']), 0) === 120);
    expect(recording.of('wheel', name).every(({members}) => members['ctrlKey'] === true)).toBe(true);
    // A wheel without Control right after it scrolls, and by its own distance only.
    hand.send({type: 'wheel', x, y, deltaX: 0, deltaY: 50, buttons: 0, modifiers: 0});
    await recording.next('scroll', name);
  }
  expect(await driven.evaluate('[scrollY, document.querySelector("div").scrollTop]')).toEqual([50, 50]);
});
