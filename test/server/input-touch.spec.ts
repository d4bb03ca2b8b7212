import type {TouchMessage, TouchPoint} from 'chaser-live-view/protocol';
import {expect, test} from 'playwright/test';
import {DrivenSession, type Hand, story} from '../support/driven-session.js';

let driven: DrivenSession;
let hand: Hand;

test.beforeAll(async () => {
  driven = await DrivenSession.start('mobile');
});

test.afterAll(() => driven.stop());

test.beforeEach(() => {
  hand = driven.hand();
});

test.afterEach(() => hand.leave());

const HEAD = '<meta name="viewport" content="width=device-width, initial-scale=1">';
const PAGE = `<style>body {margin: 0; height: 3000px} div {position: absolute; left: 50px; top: 100px; width: 300px; height: 200px; background: silver; touch-action: none}</style>
  <div id="pad"></div>`;

function touch(event: TouchMessage['event'], ...points: readonly (readonly [id: number, x: number, y: number])[]): TouchMessage {
  return {type: 'touch', event, points: points.map(([id, x, y]): TouchPoint => ({id, x, y, radiusX: 12, radiusY: 14, rotationAngle: 10, force: 0.5})), modifiers: 0};
}

/** Taps, and waits for the end of the tap. Everything before it has then arrived. */
async function settle(): Promise<void> {
  const taps = driven.recording.of('touchend touchcancel').length;
  hand.send(touch('start', [0, 20, 20]), touch('end'));
  await driven.recording.until(() => driven.recording.of('touchend touchcancel').length > taps);
}

test('a tap has the events of a real finger', async () => {
  const {recording} = driven;
  await driven.open(recording.page('tap', PAGE, 'top', HEAD));
  hand.send(touch('start', [3, 100.5, 150.25]), touch('end'));
  await recording.next('click');
  expect(story(recording.of('pointerdown touchstart pointerup touchend mousemove mousedown mouseup click')))
    .toEqual(['pointerdown', 'touchstart', 'pointerup', 'touchend', 'mousemove', 'mousedown', 'mouseup', 'click'].map((type) => `${type} pad`));
  expect(recording.of('pointerdown')[0]?.members).toMatchObject({pointerType: 'touch', clientX: 100.5, clientY: 150.25, screenX: 100.5, screenY: 150.25, isPrimary: true, isTrusted: true});
  expect(recording.of('touchstart')[0]?.members['touches']).toMatchObject([{clientX: 100.5, radiusX: 12, radiusY: 14, rotationAngle: 10, force: 0.5}]);
});

test('a swipe scrolls, and a tap on a zoomed page lands where it is seen', async () => {
  const {recording} = driven;
  await driven.open(recording.page('gestures', `${PAGE}<button id="b" style="position: absolute; left: 100px; top: 700px; width: 60px; height: 30px">b</button>`, 'top', HEAD));
  await driven.evaluate('window.rest = new Promise((resolve) => addEventListener("scrollend", resolve, {once: true})), 0');
  hand.send(touch('start', [0, 200, 700]));
  for (let y = 690; y >= 400; y -= 10) hand.send(touch('move', [0, 200, y]));
  await recording.next('scroll');
  // A tap on a page that still scrolls only stops it.
  await driven.evaluate('window.rest = new Promise((resolve) => addEventListener("scrollend", resolve, {once: true})); undefined');
  hand.send(touch('end'));
  await driven.evaluate('window.rest.then(() => {})');
  expect(Number(await driven.evaluate('scrollY'))).toBeGreaterThan(0);
  // A fling continues for a while, and a finger meanwhile only stops it.
  await driven.evaluate('rest.then(() => 0)');
  await driven.evaluate('scrollTo(0, 300)');
  await driven.setPageScale(hand, 2);
  const [left, top] = await driven.evaluate('[visualViewport.pageLeft, visualViewport.pageTop]') as [number, number];
  const [x, y] = [2 * (130 - left), 2 * (715 - top)];
  hand.send(touch('start', [0, x, y]), touch('end'));
  expect((await recording.next('click')).target).toBe('b');
  await driven.setPageScale(hand, 1);
});

test('a cancelled touch, or one of a viewer who leaves, clicks nothing', async () => {
  const {recording} = driven;
  await driven.open(recording.page('cancel', PAGE, 'top', HEAD));
  hand.send(touch('start', [0, 100, 150]), touch('cancel'));
  await recording.next('touchcancel');
  const other = driven.hand();
  other.send(touch('start', [0, 150, 150]));
  await recording.until(() => recording.of('touchstart').length === 2);
  other.leave();
  await recording.until(() => recording.of('touchcancel').length === 2);
  await settle();
  expect(story(recording.of('click'))).not.toContain('click pad');
});

test('a viewer\'s mouse acts as a finger in a phone\'s session', async () => {
  const {recording} = driven;
  await driven.open(recording.page('finger', PAGE, 'top', HEAD));
  hand.click(200, 200);
  await recording.next('click');
  hand.move(90, 150);
  hand.drag([100, 150], [120, 160], [140, 170]);
  await recording.until(() => recording.of('touchend').length === 2);
  expect(recording.of('pointermove pointerdown').every(({members}) => members['pointerType'] === 'touch')).toBe(true);
  expect(recording.of('touchmove').length).toBeGreaterThan(0);
});

test('a frame of another site is on the same phone', async () => {
  const {recording} = driven;
  const device = `parent.postMessage({dpr: devicePixelRatio, screen: [screen.width, screen.height], points: navigator.maxTouchPoints, touch: 'ontouchstart' in window,
    agent: navigator.userAgent, platform: navigator.platform, mobile: navigator.userAgentData?.mobile, coarse: matchMedia('(pointer: coarse)').matches}, '*')`;
  const frame = recording.page('phone-frame', `<div id="in" style="height: 100px; background: teal"></div><script>${device}</script>`, 'frame', HEAD);
  await driven.open(recording.page('phone', `<style>body {margin: 0}</style><script>devices = []; onmessage = ({data}) => devices.push(data); ${device}</script>
    <iframe src="${frame}" style="position: absolute; left: 20px; top: 200px; width: 300px; height: 200px; border: 0"></iframe>`, 'top', HEAD), 'phone-frame');
  const devices = await driven.evaluate('devices') as unknown[];
  expect(devices).toHaveLength(2);
  expect(devices[1]).toEqual(devices[0]);
  expect(devices[0]).toMatchObject({dpr: 2.625, points: 5, touch: true, mobile: true, coarse: true});
  hand.send(touch('start', [0, 60, 240]), touch('start', [0, 60, 240], [1, 160, 250]), touch('end', [1, 160, 250]), touch('end'));
  await recording.until(() => recording.of('touchend', 'phone-frame').length === 2);
  recording.clear();
  hand.send(touch('start', [0, 60, 240]), touch('move', [0, 360, 240]), touch('move', [0, 360, 260]), touch('end'));
  await recording.next('touchend', 'phone-frame');
  expect(recording.of('touchstart touchmove touchend', 'phone')).toEqual([]);
});

test('two fingers move independently, and a pinch zooms', async () => {
  // In a browser of its own, because after two fingers Chromium sends no touch events to later pages.
  const own = await DrivenSession.start('mobile');
  const {recording} = own;
  const fingers = own.hand();
  await own.open(recording.page('fingers', PAGE, 'top', HEAD));
  fingers.send(
    touch('start', [0, 100, 150]), touch('start', [0, 100, 150], [1, 200, 150]), touch('move', [0, 110, 160], [1, 220, 170]),
    touch('end', [1, 220, 170]), touch('start', [1, 220, 170], [0, 120, 200]), touch('end'),
  );
  await recording.until(() => recording.of('touchend').length === 3);
  const seen = recording.of('touchstart touchmove touchend').map(({type, members}) => {
    const at = (name: string) => (members[name] as {clientX: number}[]).map(({clientX}) => clientX);
    return [type, at('touches'), at('changedTouches')];
  // Depending on frames, the moves of two fingers are one event or two.
  }).filter((event, index, all) => event[0] !== 'touchmove' || JSON.stringify(event) !== JSON.stringify(all[index - 1]));
  expect(seen).toEqual([
    ['touchstart', [100], [100]], ['touchstart', [100, 200], [200]], ['touchmove', [110, 220], [110, 220]],
    ['touchend', [220], [110]], ['touchstart', [120, 220], [120]], ['touchend', expect.anything(), expect.anything()], ['touchend', [], expect.anything()],
  ]);
  fingers.send(touch('start', [0, 180, 600]), touch('start', [0, 180, 600], [1, 220, 600]));
  // Repeated until the page is zoomed, because moves that arrive together may be one event, which only begins a pinch.
  for (let step = 1; await own.evaluate('visualViewport.scale') === 1; step = step % 10 + 1) {
    fingers.send(touch('move', [0, 180 - 15 * step, 600], [1, 220 + 15 * step, 600]));
  }
  fingers.send(touch('end'));
  expect(Number(await own.evaluate('visualViewport.scale'))).toBeGreaterThan(1);
  await own.stop();
});
