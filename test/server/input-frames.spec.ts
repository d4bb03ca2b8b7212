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

const INNER = `<style>body {margin: 0} div {position: absolute; left: 30px; top: 20px; width: 40px; height: 40px; background: teal} input {position: absolute; left: 20px; top: 80px}</style>
  <div id="knob"></div><input id="field">`;

/** Opens nested pages of three sites, each frame in a process of its own. The outer frame is scaled and has borders. */
async function openNested(): Promise<void> {
  const {recording} = driven;
  const inner = recording.page('inner', INNER, 'inner');
  const frame = recording.page('frame', `<style>body {margin: 0; height: 2000px} iframe {position: absolute; left: 60px; top: 50px; width: 200px; height: 150px; border: 4px solid}</style><iframe src="${inner}"></iframe>`, 'frame');
  const top = recording.page('top', `<style>body {margin: 0; height: 3000px}
    iframe {position: absolute; left: 100px; top: 400px; width: 400px; height: 300px; border: 5px solid; padding: 3px; transform: scale(1.2); transform-origin: 0 0}</style>
    <iframe id="outer" src="${frame}"></iframe><script>scrollTo(0, 300)</script>`);
  await driven.open(top, 'frame', 'inner');
  await driven.reach(hand, 'inner', ...fromInner(50, 40));
}

/** Converts a point of the innermost frame to the viewport, with borders, scale and scroll. */
function fromInner(x: number, y: number): readonly [number, number] {
  return [100 + 1.2 * (8 + 60 + 4 + x), 100 + 1.2 * (8 + 50 + 4 + y)];
}

test('a drag out of a cross-site frame stays with the frame until the button is up', async () => {
  const {recording} = driven;
  await openNested();
  hand.move(...fromInner(50, 40));
  // The place itself: those before it, on the way into the frame, are a fraction beside.
  await recording.until(() => recording.of('pointermove', 'inner').some(({members}) => Math.abs(Number(members['clientY']) - 40) < 0.001));
  recording.clear();
  hand.down(...fromInner(50, 40));
  const places = [[75, 40], [150, 40], [190, 60], [260, 100], [400, 140], [480, -40]] as const;
  for (const [x, y] of places) hand.move(...fromInner(x, y));
  hand.up(...fromInner(480, -40));
  await recording.next('mouseup', 'inner');
  const moves = recording.of('pointermove', 'inner').flatMap(({members}) => members['coalesced'] as {clientX: number; clientY: number; buttons: number; pressure: number}[]);
  expect(moves.map(({clientX, clientY}) => [Math.round(clientX), Math.round(clientY)])).toEqual(places);
  expect(moves.every(({buttons, pressure}) => buttons === 1 && pressure === 0.5)).toBe(true);
  expect(recording.of('pointerdown pointermove pointerup mouseup click', 'top')).toEqual([]);
  expect(recording.of('pointerdown pointermove pointerup mouseup click', 'frame')).toEqual([]);
  expect(recording.of('pointerup')[0]?.members).toMatchObject({clientX: 480, clientY: -40, buttons: 0, button: 0});
  // After the release, the page gets the mouse again.
  hand.move(30, 30);
  await recording.until(() => recording.of('mousemove', 'top').length > 0);
});

test('a press on the root element of a cross-site frame captures the mouse for the frame', async () => {
  const {recording} = driven;
  const frame = recording.page('empty', '<style>html {height: 10px} body {margin: 0}</style><p>words</p>', 'frame');
  await driven.open(recording.page('empty-top', `<style>body {margin: 0} iframe {position: absolute; left: 100px; top: 100px; width: 300px; height: 200px; border: 0}</style>
    <iframe src="${frame}"></iframe>`), 'empty');
  await driven.reach(hand, 'empty', 250, 250);
  hand.drag([250, 250], [300, 260], [500, 270], [600, 320]);
  const {target, members} = await recording.next('mouseup');
  expect([recording.of('mousedown')[0]?.target, target, members['clientX'], members['clientY']]).toEqual(['html', 'html', 500, 220]);
  expect(recording.of('pointermove pointerup mouseup', 'empty-top')).toEqual([]);
});

test('a drag in a cross-site frame at a fractional position has the right coordinates', async () => {
  const {recording} = driven;
  for (const [left, top] of [[100.25, 50.25], [100.75, 50.5]] as const) {
    const frame = recording.page('fraction', INNER, 'frame');
    await driven.open(recording.page('fraction-top', `<style>body {margin: 0} div {position: absolute; left: 0.1px; top: 0}
      iframe {position: absolute; left: ${left - 0.1}px; top: ${top}px; width: 300px; height: 200px; border: 2.5px solid}</style><div><iframe src="${frame}"></iframe></div>`), 'fraction');
    await driven.reach(hand, 'fraction', 160, 100);
    hand.move(160, 100);
    await recording.next('mousemove', 'fraction');
    const hover = recording.of('pointermove', 'fraction').at(-1)?.members ?? {};
    recording.clear();
    hand.drag([160, 100], [170, 110], [180, 130]);
    const {members} = await recording.next('pointerup', 'fraction');
    const down = recording.of('pointerdown', 'fraction')[0]?.members ?? {};
    expect([Number(members['clientX']) - Number(down['clientX']), Number(members['clientY']) - Number(down['clientY'])], `at ${left} ${top}`).toEqual([20, 30]);
    expect([down['clientX'], down['clientY']]).toEqual([hover['clientX'], hover['clientY']]);
  }
});

test('a drag in a cross-site frame that moves after the press has the right coordinates', async () => {
  const {recording} = driven;
  const frame = recording.page('moving', INNER, 'frame');
  await driven.open(recording.page('moving-top', `<style>body {margin: 0; height: 3000px} iframe {position: absolute; left: 100px; top: 50px; width: 300px; height: 200px; border: 0}</style>
    <iframe id="frame" src="${frame}"></iframe>`), 'moving');
  await driven.reach(hand, 'moving', 150, 90);
  hand.move(150, 90);
  hand.down(150, 90);
  await recording.next('pointerdown', 'moving');
  await driven.evaluate('frame.style.left = "180px"; scrollTo(0, 20); new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(0))))');
  // The first move uses the last known position of the frame, and makes the server read the new one.
  recording.clear();
  hand.move(160, 100);
  await recording.next('pointermove', 'moving');
  recording.clear();
  hand.move(170, 110);
  hand.move(500, 400);
  hand.up(510, 420);
  const {members} = await recording.next('pointerup', 'moving');
  const moves = recording.of('pointermove', 'moving').flatMap(({members}) => members['coalesced'] as {clientX: number; clientY: number}[]);
  expect(moves.map(({clientX, clientY}) => [clientX, clientY])).toEqual([[-10, 80], [320, 370], [330, 390]]);
  expect([members['clientX'], members['clientY']]).toEqual([330, 390]);
});

test('a click, a wheel and typing in a nested frame of another site, at once after one another', async () => {
  const {recording} = driven;
  await openNested();
  hand.click(...fromInner(60, 90));
  hand.press('a', {code: 'KeyA', keyCode: 65});
  hand.send({type: 'text', text: '日本🙂'});
  hand.press('b', {code: 'KeyB', keyCode: 66});
  await recording.until(() => recording.of('keyup', 'inner').length === 2);
  expect(recording.of('input', 'inner').map(({members}) => members['data'])).toEqual(['a', '日本🙂', 'b']);
  expect(recording.of('keydown', 'top')).toEqual([]);
  hand.key('down', 'A', {code: 'KeyA', keyCode: 65, modifiers: 2});
  hand.key('up', 'A', {code: 'KeyA', keyCode: 65, modifiers: 2});
  hand.send({type: 'copy'});
  expect((await hand.next('clipboard')).text).toBe('a日本🙂b');
  hand.send({type: 'wheel', x: 130, y: 400, deltaX: 0, deltaY: 120, buttons: 0, modifiers: 0});
  await recording.next('scroll', 'frame');
  expect(recording.of('wheel', 'top')).toEqual([]);
});

test('a thing dragged and dropped inside a frame of another site', async () => {
  const {recording} = driven;
  const frame = recording.page('dnd', `<style>body {margin: 0} div {position: absolute; width: 80px; height: 60px}</style>
    <div id="thing" draggable="true" style="background: teal">thing</div><div id="place" style="left: 200px; background: silver">place</div>
    <script>
      thing.ondragstart = (event) => event.dataTransfer.setData('text/plain', 'hello');
      place.ondragover = (event) => event.preventDefault();
    </script>`, 'frame');
  await driven.open(recording.page('dnd-top', `<style>body {margin: 0} iframe {position: absolute; left: 100px; top: 100px; width: 400px; height: 300px; border: 0}</style><iframe src="${frame}"></iframe>`), 'dnd');
  await driven.reach(hand, 'dnd', 120, 180);
  hand.drag([120, 120], [125, 122], [140, 125], [240, 130], [330, 130], [332, 130]);
  await recording.next('dragend', 'dnd');
  expect(story(recording.of('drop', 'dnd'))).toEqual(['drop place']);
});

test('a pinch-zoomed and scrolled page', async () => {
  const {recording} = driven;
  const frame = recording.page('zoom-frame', INNER, 'frame');
  await driven.open(recording.page('zoom', `<style>body {margin: 0; height: 3000px} button, iframe {position: absolute; border: 0}</style>
    <button id="b" style="left: 40px; top: 340px; width: 60px; height: 30px">b</button>
    <iframe src="${frame}" style="left: 200px; top: 320px; width: 250px; height: 200px"></iframe><script>scrollTo(0, 300)</script>`), 'zoom-frame');
  await driven.setPageScale(hand, 2);
  const [left, top] = await driven.evaluate('[visualViewport.pageLeft, visualViewport.pageTop]') as [number, number];
  const seen = (x: number, y: number) => [2 * (x - left), 2 * (y - top)] as const;
  hand.click(...seen(60, 350));
  expect((await recording.next('click')).target).toBe('b');
  await driven.reach(hand, 'zoom-frame', ...seen(250, 360));
  hand.down(...seen(250, 360));
  hand.move(...seen(270, 360));
  hand.move(...seen(500, 370));
  hand.up(...seen(500, 370));
  const up = await recording.next('pointerup', 'zoom-frame');
  expect([up.members['clientX'], up.members['clientY']]).toEqual([300, 50]);
  await driven.setPageScale(hand, 1);
});
