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

const BUTTON = '<style>body {margin: 0; height: 3000px; width: 3000px} #b {position: absolute; left: 100px; top: 100px; width: 100px; height: 50px}</style><button id="b">b</button>';

test('a click has the events of a person\'s click', async () => {
  const {recording} = driven;
  await driven.open(recording.page('click', BUTTON));
  hand.click(150.5, 120.25);
  await recording.next('click');
  expect(story(recording.of('pointermove mousemove pointerdown mousedown pointerup mouseup click')))
    .toEqual(['pointermove', 'mousemove', 'pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'].map((type) => `${type} b`));
  expect(recording.events.every(({members}) => members['isTrusted'] === true)).toBe(true);
  const [down] = recording.of('pointerdown');
  expect(down?.members).toMatchObject({
    clientX: 150.5, clientY: 120.25, button: 0, buttons: 1, pressure: 0.5, pointerType: 'mouse', pointerId: 1, userActivation: true, detail: 0,
  });
  expect(recording.of('pointermove')[0]?.members).toMatchObject({button: -1, buttons: 0, pressure: 0});
  expect(recording.of('mousedown click').map(({members}) => members['detail'])).toEqual([1, 1]);
  expect(recording.of('pointerup')[0]?.members).toMatchObject({button: 0, buttons: 0, pressure: 0});
});

test('double click, right, middle and back button', async () => {
  const {recording} = driven;
  await driven.open(recording.page('buttons', BUTTON));
  hand.click(150, 120);
  hand.click(150, 120, {clickCount: 2});
  await recording.next('dblclick');
  hand.click(150, 120, {button: 2});
  await recording.until(() => recording.of('auxclick').length === 1);
  hand.click(150, 120, {button: 1});
  await recording.until(() => recording.of('auxclick').length === 2);
  expect(recording.of('contextmenu')).toHaveLength(1);
  expect(recording.of('pointerdown').map(({members}) => [members['button'], members['buttons']])).toEqual([[0, 1], [0, 1], [2, 2], [1, 4]]);
  expect(recording.of('mousedown').map(({members}) => members['detail'])).toEqual([1, 2, 1, 1]);
});

test('every point of a drag at 1 kHz is in the coalesced events, in order, with its time', async () => {
  const {recording} = driven;
  await driven.open(recording.page('kilohertz', BUTTON));
  const points = Array.from({length: 500}, (_, index) => [200 + index, 300 + Math.round(20 * Math.sin(index / 25))] as const);
  hand.move(200, 300);
  hand.down(200, 300);
  for (let from = 0; from < points.length; from += 16) {
    const piece = points.slice(from, from + 16);
    const [x, y] = piece.at(-1) ?? [0, 0];
    hand.move(x, y, {path: piece.slice(0, -1).map(([px, py], index) => [px, py, piece.length - 1 - index])});
  }
  hand.up(...(points.at(-1) ?? [0, 0]));
  await recording.next('pointerup');
  const seen = recording.of('pointermove').filter(({members}) => members['buttons'] === 1)
    .flatMap(({members}) => members['coalesced'] as {clientX: number; clientY: number; timeStamp: number}[]);
  expect(seen.map(({clientX, clientY}) => [clientX, clientY])).toEqual(points);
  // A page's clock is coarsened to a tenth of a millisecond. On a busy machine, a time stamp was half a millisecond before the one of
  // the event before it.
  const backMs = seen.map(({timeStamp}, index) => (seen[index - 1]?.timeStamp ?? 0) - timeStamp);
  expect(Math.max(...backMs)).toBeLessThan(1);
  expect(backMs.filter((ms) => ms >= 0.25).length).toBeLessThan(seen.length / 100);
});

test('a path\'s rhythm is in the time stamps', async () => {
  const {recording} = driven;
  await driven.open(recording.page('rhythm', BUTTON));
  hand.move(200, 300);
  const {timeStamp} = (await recording.next('pointermove')).members;
  // By the page's clock, the path began after the previous event.
  await driven.evaluate(`new Promise((resolve) => {
    const look = () => performance.now() - ${Number(timeStamp)} > 101 ? resolve() : requestAnimationFrame(look);
    look();
  })`);
  recording.clear();
  hand.move(300, 300, {path: [[220, 300, 100], [240, 300, 90], [280, 300, 20]]});
  await recording.until(() => recording.of('pointermove').some(({members}) => members['clientX'] === 300));
  const times = recording.of('pointermove').flatMap(({members}) => members['coalesced'] as {timeStamp: number}[]).map(({timeStamp}) => timeStamp);
  const ages = times.map((time) => Math.round((times.at(-1) ?? 0) - time));
  expect(ages).toEqual([100, 90, 20, 0]);
});

test('both axes of the wheel', async () => {
  const {recording} = driven;
  await driven.open(recording.page('wheel', BUTTON));
  hand.send({type: 'wheel', x: 400, y: 300, deltaX: 60, deltaY: 240, buttons: 0, modifiers: 8});
  const wheel = await recording.next('wheel');
  expect(wheel.members).toMatchObject({deltaX: 60, deltaY: 240, deltaMode: 0, clientX: 400, shiftKey: true});
  await recording.next('scroll');
  expect(await driven.evaluate('[scrollX, scrollY]')).toEqual([60, 240]);
});

test('text selected by a drag and by a double click, a range moved, a thing dragged and dropped', async () => {
  const {recording} = driven;
  await driven.open(recording.page('drags', `
    <style>body {margin: 0; font: 20px monospace} p, input, div {position: absolute; margin: 0; left: 100px}</style>
    <p style="top: 100px">one two three</p>
    <input id="range" type="range" min="0" max="100" value="0" style="top: 200px; width: 300px">
    <div id="thing" draggable="true" style="top: 300px; width: 80px; height: 40px; background: teal">thing</div>
    <div id="place" style="top: 400px; width: 200px; height: 100px; background: silver">place</div>
    <script>
      thing.ondragstart = (event) => event.dataTransfer.setData('text/plain', 'hello');
      place.ondragover = (event) => event.preventDefault();
      place.ondrop = (event) => { event.preventDefault(); place.textContent = event.dataTransfer.getData('text/plain'); };
    </script>`));
  hand.drag([101, 112], [150, 112], [250, 113]);
  await recording.next('click');
  expect(await driven.evaluate('String(getSelection())')).toMatch(/^one two thre?e?$/);
  recording.clear();
  hand.click(160, 112);
  hand.click(160, 112, {clickCount: 2});
  await recording.next('dblclick');
  expect(await driven.evaluate('String(getSelection()).trim()')).toBe('two');
  hand.drag([108, 208], [150, 208], [251, 208]);
  await recording.next('change');
  expect(Number(await driven.evaluate('range.value'))).toBeGreaterThan(40);
  hand.drag([120, 320], [125, 325], [140, 350], [160, 400], [180, 440], [181, 441]);
  await recording.next('dragend');
  expect(await driven.evaluate('place.textContent')).toBe('hello');
  // As under X11, the page sees the mouse again where the drop was.
  await recording.until(() => recording.of('mousemove dragend').at(-1)?.type === 'mousemove');
  expect(recording.of('mousemove').at(-1)).toMatchObject({target: 'place', members: {clientX: 181, clientY: 441, buttons: 0}});
  recording.clear();
  hand.click(600, 500);
  expect((await recording.next('click')).members).toMatchObject({clientX: 600, buttons: 0});
});

test('while a drag rests, its events go on: pages scroll by them', async () => {
  const {recording} = driven;
  await driven.open(recording.page('rests', `
    <style>body {margin: 0} div {position: absolute; left: 100px; top: 300px; width: 80px; height: 40px; background: teal}</style><div id="thing" draggable="true">thing</div>
    <script>thing.ondragstart = (event) => event.dataTransfer.setData('text/plain', 'hello');</script>`));
  hand.move(120, 320);
  hand.down(120, 320);
  hand.move(150, 350);
  await recording.until(() => recording.of('dragover').length > 2);
  expect(new Set(recording.of('dragover').map(({members}) => `${members['clientX']} ${members['clientY']}`))).toEqual(new Set(['150 350']));
  hand.up(150, 350);
  await recording.next('dragend');
});

test('Escape ends a drag as with a real keyboard: nothing is dropped, and the page gets the keyup', async () => {
  const {recording} = driven;
  await driven.open(recording.page('escaped', `
    <style>body {margin: 0; font: 20px monospace} div {position: absolute; left: 100px}</style>
    <div id="thing" draggable="true" style="top: 300px; width: 80px; height: 40px; background: teal">thing</div>
    <div id="place" style="top: 400px; width: 200px; height: 100px; background: silver">place</div>
    <script>
      thing.ondragstart = (event) => event.dataTransfer.setData('text/plain', 'hello');
      place.ondragover = (event) => event.preventDefault();
      thing.ondragend = (event) => thing.title = event.dataTransfer.dropEffect;
    </script>`));
  hand.move(120, 320);
  hand.down(120, 320);
  for (const [x, y] of [[125, 325], [140, 350], [160, 400], [180, 440]] as const) hand.move(x, y);
  hand.press('Escape', {code: 'Escape', keyCode: 27});
  await recording.next('dragend');
  expect(await driven.evaluate('thing.title')).toBe('none');
  await recording.next('keyup');
  hand.move(190, 450);
  hand.up(190, 450);
  await recording.next('mouseup');
  // The events of a real Escape under X11.
  const events = recording.of('dragenter dragleave drop dragend mousemove keydown keyup pointerup mouseup click');
  expect(story(events).slice(story(events).findIndex((line) => line === 'dragenter place') + 1).filter((line) => line !== 'dragleave body'))
    .toEqual(['dragleave place', 'dragend thing', 'mousemove place', 'keyup body', 'mousemove place', 'pointerup place', 'mouseup place']);
  expect(recording.of('mousemove').slice(-2).map(({members}) => [members['clientX'], members['clientY'], members['buttons']])).toEqual([[180, 440, 1], [190, 450, 1]]);
  const [enter, over] = recording.of('dragenter dragover');
  expect([over?.type, over?.target, over?.members['clientX'], over?.members['clientY']]).toEqual(['dragover', enter?.target, enter?.members['clientX'], enter?.members['clientY']]);
  hand.click(190, 450);
  hand.press('Escape', {code: 'Escape', keyCode: 27});
  await recording.until(() => recording.of('keyup').length === 2);
  expect(story(recording.of('click keydown'))).toEqual(['click place', 'keydown body']);
});

test('two viewers share a mouse, and each releases only their own buttons', async () => {
  const {recording} = driven;
  await driven.open(recording.page('two', BUTTON));
  const other = driven.hand();
  hand.move(300, 300);
  hand.down(300, 300);
  other.up(310, 310);
  other.move(600, 600);
  other.down(610, 610);
  other.up(610, 610);
  hand.move(320, 320);
  await recording.until(() => recording.of('mousemove').some(({members}) => members['clientX'] === 320));
  expect(recording.of('mouseup')).toEqual([]);
  expect(recording.of('mousemove').every(({members}) => Number(members['clientX']) <= 320)).toBe(true);
  other.down(320, 320, {button: 2});
  other.leave();
  await recording.next('mouseup');
  hand.up(320, 320);
  await recording.until(() => recording.of('mouseup').length === 2);
  expect(recording.of('mousedown mouseup').map(({type, members}) => [type, members['button'], members['buttons']])).toEqual([
    ['mousedown', 0, 1], ['mousedown', 2, 3], ['mouseup', 2, 1], ['mouseup', 0, 0],
  ]);
});

test('a viewer who leaves during a press releases the button outside the page', async () => {
  const {recording} = driven;
  await driven.open(recording.page('leaving', BUTTON));
  const other = driven.hand();
  other.move(150, 120);
  other.down(150, 120);
  await recording.next('mousedown');
  other.leave();
  await recording.next('mouseup');
  hand.move(150, 121);
  hand.send({type: 'mouse', event: 'leave'});
  const {members} = await recording.next('mouseout');
  expect(members).toMatchObject({buttons: 0, clientX: -5, relatedTarget: null});
});

test('a pen\'s pressure, tilt and twist', async () => {
  const {recording} = driven;
  await driven.open(recording.page('pen', BUTTON));
  const pen = {pointerType: 'pen', pressure: 0.25, tiltX: 20, tiltY: -10, twist: 90} as const;
  hand.move(300, 300, {pointerType: 'pen', pressure: 0});
  hand.down(300, 300, pen);
  hand.move(320, 300, {...pen, pressure: 0.75});
  hand.up(320, 300, {pointerType: 'pen', pressure: 0});
  await recording.next('pointerup');
  expect(recording.of('pointerdown pointermove').filter(({members}) => members['buttons'] === 1).map(({members: {pointerType, pressure, tiltX, tiltY, twist}}) => [pointerType, pressure, tiltX, tiltY, twist]))
    .toEqual([['pen', 0.25, 20, -10, 90], ['pen', 0.75, 20, -10, 90]]);
});

test('a viewer\'s fingers act as a mouse in a session without a touch screen', async () => {
  const {recording} = driven;
  await driven.open(recording.page('finger-mouse', BUTTON));
  const touch = (event: 'start' | 'move' | 'end', ...points: readonly (readonly [number, number])[]) => hand.send({
    type: 'touch', event, modifiers: 0,
    points: points.map(([x, y], id) => ({id, x, y, radiusX: 10, radiusY: 10, rotationAngle: 0, force: 1})),
  });
  touch('start', [150, 120]);
  touch('end');
  touch('start', [150, 120]);
  touch('end');
  await recording.next('dblclick');
  touch('start', [150, 120]);
  for (let x = 160; x <= 300; x += 20) touch('move', [x, 120]);
  touch('end');
  await recording.until(() => recording.of('mouseup').some(({members}) => members['clientX'] === 300));
  touch('start', [400, 400]);
  touch('start', [400, 400], [450, 400]);
  touch('move', [400, 300], [450, 300]);
  touch('end');
  await recording.next('scroll');
  expect(await driven.evaluate('scrollY')).toBe(100);
  touch('start', [150, 20], [160, 20]);
  touch('end');
  expect((await recording.next('contextmenu')).members).toMatchObject({button: 2});
  expect(recording.of('touchstart')).toEqual([]);
  expect(recording.of('pointerdown').every(({members}) => members['pointerType'] === 'mouse')).toBe(true);
});

test('a finger that is cancelled clicks nothing, held long or briefly', async () => {
  const {recording} = driven;
  await driven.open(recording.page('cancelled', BUTTON));
  const touch = (event: 'start' | 'end' | 'cancel', ...points: readonly (readonly [number, number])[]) => hand.send({
    type: 'touch', event, modifiers: 0,
    points: points.map(([x, y], id) => ({id, x, y, radiusX: 10, radiusY: 10, rotationAngle: 0, force: 1})),
  });
  touch('start', [150, 120]);
  await recording.next('mousedown');
  touch('cancel');
  touch('start', [150, 120]);
  touch('cancel');
  await recording.next('mouseup');
  touch('start', [400, 300]);
  touch('end');
  await recording.until(() => recording.of('click').length === 2);
  expect(story(recording.of('mousedown mouseup click'))).toEqual(['mousedown b', 'mouseup html', 'click html', 'mousedown body', 'mouseup body', 'click body']);
});
