import {assert} from 'chai';
import * as fc from 'fast-check';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import type {LiveViewFit} from '../../src/input/geometry.js';
import type {TouchMessage} from '../../src/protocol.js';
import {cdp, cdpBurst} from '../support/input-commands.js';
import type {CdpCall} from '../support/input-commands.js';
import {canvasOf, liveView, nextFrame} from '../support/interactive-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {runs} from '../support/thorough.js';

interface At {
  readonly x: number;
  readonly y: number;
}

const VIEWPORT = {width: 1280, height: 720};
const RUNS = await runs(20, 500);
/** A run takes milliseconds. One that takes this long fails with its seed, before the test itself times out. */
const HANG_MS = 20_000;

describe('zoom, by two fingers on a session without a touch screen', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;

  // Like a phone's page. Otherwise the browser zooms to the focused field.
  const meta = document.createElement('meta');

  before(async () => {
    Object.assign(meta, {name: 'viewport', content: 'width=device-width, initial-scale=1, minimum-scale=1, maximum-scale=1'});
    document.head.append(meta);
    await cdp('Emulation.setDeviceMetricsOverride', {width: 412, height: 839, deviceScaleFactor: 1, mobile: true});
    await cdp('Emulation.setTouchEmulationEnabled', {enabled: true, maxTouchPoints: 5});
  });

  after(async () => {
    await cdp('Emulation.setTouchEmulationEnabled', {enabled: false});
    await cdp('Emulation.clearDeviceMetricsOverride', {});
    meta.remove();
  });

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server, {viewport: VIEWPORT, widthPx: 390}));
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  const stage = () => view.getBoundingClientRect();

  /** Puts fingers at these points of the element. Without points, all are lifted. */
  function touch(type: 'touchStart' | 'touchMove' | 'touchEnd', ...fingers: readonly At[]): CdpCall {
    const {left, top} = stage();
    return ['Input.dispatchTouchEvent', {type, touchPoints: fingers.map(({x, y}, id) => ({id, x: left + x, y: top + y}))}];
  }

  /** Moves two fingers from one pair of points to another. */
  async function fingers(from: readonly [At, At], to: readonly [At, At], steps = 6): Promise<void> {
    const between = (share: number) => from.map(({x, y}, index) => ({
      x: x + ((to[index]?.x ?? x) - x) * share, y: y + ((to[index]?.y ?? y) - y) * share,
    }));
    await cdpBurst([
      touch('touchStart', from[0]), touch('touchStart', ...from),
      ...Array.from({length: steps}, (_, step) => touch('touchMove', ...between((step + 1) / steps))), touch('touchEnd'),
    ]);
  }

  /** Where a tap at this point of the element lands in the session. */
  async function tapped(at: At): Promise<TouchMessage['points'][number] | undefined> {
    const before = connection.of('touch').length;
    await cdpBurst([touch('touchStart', at), touch('touchEnd')]);
    await server.until(() => connection.of('touch').slice(before).some(({event}) => event === 'end'));
    return connection.of('touch')[before]?.points[0];
  }

  it('spreads and pinches, about the place between the fingers; the session hears nothing of it', async () => {
    const zooms: number[] = [];
    view.addEventListener('zoomchange', ({zoom}) => zooms.push(zoom));
    await fingers([{x: 185, y: 100}, {x: 205, y: 100}], [{x: 95, y: 100}, {x: 295, y: 100}]);
    assert.closeTo(view.zoom, 8, 0.01);
    assert.isNotEmpty(zooms);
    assert.isEmpty(connection.of('touch'));
    // The point between the fingers stays between them: 195 of 390 is 640 of 1280.
    const point = await tapped({x: 195, y: 100});
    assert.closeTo(point?.x ?? NaN, 640, 1);
    assert.closeTo(point?.y ?? NaN, 100 / 390 * 1280, 1);
    await fingers([{x: 20, y: 100}, {x: 370, y: 100}], [{x: 185, y: 100}, {x: 205, y: 100}]);
    assert.equal(view.zoom, 1);
    assert.equal((canvasOf(view).parentElement?.style.transform), '');
  });

  it('moves a zoomed picture with two fingers that go together, and scrolls the session with them otherwise', async () => {
    await fingers([{x: 150, y: 60}, {x: 200, y: 60}], [{x: 150, y: 160}, {x: 200, y: 160}]);
    await server.until(() => connection.of('touch').some(({event, points}) => event === 'move' && points.length === 2));
    await server.until(() => connection.of('touch').at(-1)?.points.length === 0);
    assert.equal(view.zoom, 1);
    const before = connection.of('touch').length;
    view.zoomTo(4, {x: 640, y: 360});
    await fingers([{x: 150, y: 60}, {x: 200, y: 60}], [{x: 150, y: 100}, {x: 200, y: 100}]);
    assert.equal(connection.of('touch').length, before);
    assert.equal(view.zoom, 4);
    // 40 px down at a zoom of 4 are 10 px of the unzoomed picture, which shows 1280 px on 390.
    const point = await tapped({x: 195, y: 390 * 9 / 32});
    assert.closeTo(point?.y ?? NaN, 360 - 10 / 390 * 1280, 1);
  });

  it('sends a single finger after 100 ms at most, and a quick tap at once', async () => {
    await cdpBurst([touch('touchStart', {x: 100, y: 100})]);
    assert.isEmpty(connection.of('touch'));
    await server.until(() => connection.of('touch').length > 0);
    assert.equal(connection.of('touch')[0]?.event, 'start');
    // A second finger that comes later and spreads cancels the first one in the session, so that it clicks nothing.
    await cdpBurst([touch('touchStart', {x: 100, y: 100}, {x: 150, y: 100}), touch('touchMove', {x: 50, y: 100}, {x: 250, y: 100}), touch('touchMove', {x: 20, y: 100}, {x: 300, y: 100}), touch('touchEnd')]);
    await server.until(() => connection.of('touch').at(-1)?.event === 'cancel');
    assert.isAbove(view.zoom, 2);
    await tapped({x: 30, y: 30});
  });

  it('says once that two fingers zoom, where the picture is small', async () => {
    const notice = () => view.shadowRoot?.querySelector('[part=notice]')?.textContent ?? '';
    await tapped({x: 195, y: 100});
    await view.updateComplete;
    assert.isNotEmpty(notice());
    view.shadowRoot?.querySelector('[part=notice]')?.dispatchEvent(new AnimationEvent('animationend', {animationName: 'hide'}));
    await view.updateComplete;
    await tapped({x: 195, y: 100});
    await view.updateComplete;
    assert.isEmpty(notice());
  });

  it('leaves a swipe that begins at its rim to the page, and takes a tap there', async () => {
    const point = await tapped({x: 4, y: 100});
    assert.closeTo(point?.x ?? NaN, 4 / 390 * 1280, 1);
    const before = connection.of('touch').length;
    const tall = document.createElement('div');
    tall.style.height = '3000px';
    document.body.append(tall);
    try {
      await cdpBurst([touch('touchStart', {x: 4, y: 180}), ...[150, 120, 90, 60].map((y) => touch('touchMove', {x: 4, y})), touch('touchEnd')]);
      while (window.scrollY === 0) await nextFrame();
      assert.equal(connection.of('touch').length, before);
    } finally {
      tall.remove();
      window.scrollTo(0, 0);
    }
  });

  it('does not render for it, and leaves the canvas alone', async () => {
    await nextFrame();
    let renders = 0;
    let zooms = 0;
    const requestUpdate = view.requestUpdate.bind(view);
    view.requestUpdate = (...parameters) => {
      renders++;
      return requestUpdate(...parameters);
    };
    view.addEventListener('zoomchange', () => zooms++);
    const canvas = canvasOf(view);
    await cdpBurst([touch('touchStart', {x: 185, y: 100}), touch('touchStart', {x: 185, y: 100}, {x: 205, y: 100})]);
    for (let step = 1; step <= 20; step++) {
      await cdpBurst([touch('touchMove', {x: 185 - step * 4, y: 100}, {x: 205 + step * 4, y: 100})]);
      await nextFrame();
    }
    await cdpBurst([touch('touchEnd')]);
    assert.isAbove(zooms, 10);
    // Other renders, for the latency for example, may happen in this time.
    assert.isAtMost(renders, 1);
    assert.isTrue(canvasOf(view) === canvas);
  });

  it('takes a tap where the picture shows it, whatever was zoomed, moved, fitted and transformed before', async function () {
    this.timeout(120_000);
    // In hundredths of the element's box, so that points are on the element with any transform. A swipe beside it would be the browser's.
    const place = fc.record({x: fc.integer({min: 30, max: 70}), y: fc.integer({min: 30, max: 70})});
    await fc.assert(fc.asyncProperty(
      fc.constantFrom<LiveViewFit>('contain', 'cover', 'fill', 'none', 'scale-down'), fc.constantFrom('', 'rotate(90deg)', 'scale(.7, 1.2) skewX(10deg)'),
      fc.array(fc.tuple(place, place, place, place), {minLength: 1, maxLength: 3}), fc.record({x: fc.integer({min: 250, max: 1030}), y: fc.integer({min: 150, max: 570})}),
      async (fit, transform, gestures, wanted) => {
        view.style.transform = transform;
        view.fit = fit;
        view.zoom = 1;
        await view.updateComplete;
        const {width, height} = stage();
        const on = ({x, y}: At) => ({x: x / 100 * width, y: y / 100 * height});
        for (const [a, b, c, d] of gestures) await fingers([on(a), on(b)], [on(c), on(d)], 2);
        assert.isAtLeast(view.zoom, 1);
        assert.isAtMost(view.zoom, 8);
        // Everything that was sent before has arrived, and nothing stays pressed.
        const texts = connection.of('text').length;
        view.sendText('.');
        await server.until(() => connection.of('text').length > texts);
        assert.include(['', 'end', 'cancel'], connection.of('touch').at(-1)?.event ?? '');
        // The point is moved into view, and found with the markers of the picture's box.
        view.zoomTo(Math.max(view.zoom, 1.5), wanted);
        const seen = seenAt(wanted, fit);
        const {left, top} = stage();
        const hit = document.elementFromPoint(seen.x, seen.y);
        if (hit !== view) return;
        const before = connection.of('touch').length;
        await cdpBurst([touch('touchStart', {x: seen.x - left, y: seen.y - top}), touch('touchEnd')]);
        await server.until(() => connection.of('touch').slice(before).some(({event}) => event === 'end'));
        const point = connection.of('touch')[before]?.points[0];
        assert.closeTo(point?.x ?? NaN, wanted.x, 2, `${fit} ${transform}`);
        assert.closeTo(point?.y ?? NaN, wanted.y, 2, `${fit} ${transform}`);
      },
    ), {...RUNS, timeout: HANG_MS, includeErrorInReport: true});
  });

  /** Where a point of the session appears in the window, found with a marker element and the browser's geometry. */
  function seenAt({x, y}: At, fit: LiveViewFit): At {
    const picture = canvasOf(view).parentElement;
    if (!picture) throw new Error('There is no picture.');
    const [width, height] = [picture.offsetWidth, picture.offsetHeight];
    const scale = fit === 'cover' ? Math.max(width / 1280, height / 720) : Math.min(width / 1280, height / 720);
    const [shownWidth, shownHeight] = fit === 'fill' || fit === 'none' ? [width, height] : [1280 * scale, 720 * scale];
    const mark = document.createElement('i');
    mark.style.cssText = `position: absolute; width: 0; height: 0; left: ${(width - shownWidth) / 2 + x / 1280 * shownWidth}px; top: ${(height - shownHeight) / 2 + y / 720 * shownHeight}px`;
    picture.append(mark);
    const box = mark.getBoundingClientRect();
    mark.remove();
    return {x: box.left, y: box.top};
  }
});
