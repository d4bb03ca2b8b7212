import {assert} from 'chai';
import * as fc from 'fast-check';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import type {LiveViewFit} from '../../src/input/geometry.js';
import {cdp} from '../support/input-commands.js';
import {canvasOf, liveView} from '../support/interactive-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {runs} from '../support/thorough.js';

const RUNS = await runs(60, 1_000);
/** The view is visible however it is rotated, because points outside of the window cannot be touched. */
const WINDOW = {width: 600, height: 1000};
/** The `touch-action` values that leave swipes and page zoom to the page. */
const PANNABLE = ['auto', 'manipulation', 'pan-x pan-y pinch-zoom'];

/** Where a person can begin to swipe the page: at each side of the rim, and on the bar. */
const WAYS_OUT = [
  ['.stage', '4px', '50%'], ['.stage', 'calc(100% - 4px)', '50%'], ['.stage', '50%', '4px'], ['.stage', '50%', 'calc(100% - 4px)'],
  ['.frame', '20%', 'calc(100% - 20px)'], ['.frame', '80%', 'calc(100% - 20px)'],
] as const;

interface At {
  readonly x: number;
  readonly y: number;
}

/** A point in hundredths of the element's or the picture's box. */
const place = fc.record({x: fc.integer({min: 5, max: 95}), y: fc.integer({min: 5, max: 95})});
const pair = fc.tuple(place, place);
const gesture = fc.record({from: pair, to: pair, ends: fc.constantFrom('touchend', 'touchcancel'), pageScale: fc.constantFrom(1, 1, 1, 2)});

describe('random pinches, pans and taps under random rotations', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  const room = document.createElement('div');
  const meta = Object.assign(document.createElement('meta'), {name: 'viewport', content: 'width=device-width, initial-scale=1, minimum-scale=1, maximum-scale=1'});

  before(async () => {
    // The rim exists only for touch screens.
    await cdp('Emulation.setDeviceMetricsOverride', {...WINDOW, deviceScaleFactor: 1, mobile: true});
    await cdp('Emulation.setTouchEmulationEnabled', {enabled: true, maxTouchPoints: 5});
    room.style.cssText = 'position: fixed; inset: 0; display: grid; place-content: center';
    document.head.append(meta);
    document.body.append(room);
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server, {viewport: {width: 1280, height: 720}, widthPx: 390, controls: true, parent: room}));
  });

  after(async () => {
    scalePage(1);
    room.remove();
    meta.remove();
    server.stop();
    await cdp('Emulation.setTouchEmulationEnabled', {enabled: false});
    await cdp('Emulation.clearDeviceMetricsOverride', {});
  });

  /** Dispatches touch events like a browser's, which scroll nothing by themselves. Returns whether they are left to the page. */
  function touch(type: 'touchstart' | 'touchmove' | 'touchend' | 'touchcancel', fingers: readonly At[], changed = fingers, target: Element = canvasOf(view)): boolean {
    const touches = (places: readonly At[]) => places.map(({x, y}, identifier) => new Touch({identifier, target, clientX: x, clientY: y, radiusX: 5, radiusY: 5}));
    return target.dispatchEvent(new TouchEvent(type, {
      bubbles: true, composed: true, cancelable: true, touches: touches(fingers), targetTouches: touches(fingers), changedTouches: touches(changed),
    }));
  }

  /** Zooms the page, as if by two fingers beside the view. */
  function scalePage(scale: number): void {
    const visual = window.visualViewport;
    if (!visual) throw new Error('There is no visual viewport.');
    Object.defineProperty(visual, 'scale', {configurable: true, value: scale});
    visual.dispatchEvent(new Event('resize'));
  }

  /** Where a point of a box in the view appears, found with a marker element. */
  function seenAt(box: Element | null, left: string, top: string): At {
    const mark = document.createElement('i');
    mark.style.cssText = `position: absolute; width: 0; height: 0; left: ${left}; top: ${top}`;
    box?.append(mark);
    const {left: x, top: y} = mark.getBoundingClientRect();
    mark.remove();
    return {x, y};
  }

  /** The element that a finger hits there, with its ancestors, whose `touch-action` all count. */
  function boxesAt({x, y}: At): Element[] {
    const boxes: Element[] = [];
    let box: Element | null | undefined = view.shadowRoot?.elementFromPoint(x, y);
    for (; box; box = box.parentElement ?? (box.parentNode instanceof ShadowRoot ? box.parentNode.host : null)) boxes.push(box);
    return boxes;
  }

  function assertPageIsReached(): void {
    for (const [box, left, top] of WAYS_OUT) {
      const at = seenAt(canvasOf(view).closest(box), left, top);
      const boxes = boxesAt(at);
      const [hit] = boxes;
      if (!hit) throw new Error(`There is nothing at ${JSON.stringify(at)}.`);
      for (const box of boxes) assert.include(PANNABLE, getComputedStyle(box).touchAction, `${box.localName} ${box.className}`);
      for (const type of ['touchstart', 'touchmove', 'touchend'] as const) assert.isTrue(touch(type, type === 'touchend' ? [] : [at], [at], hit), type);
    }
  }

  /** Puts down two fingers one after the other, and moves them from one pair of points to another. */
  function twoFingers([a, b]: readonly [At, At], to: readonly [At, At], ends: 'touchend' | 'touchcancel'): boolean[] {
    return [touch('touchstart', [a]), touch('touchstart', [a, b], [b]), touch('touchmove', to), touch(ends, [], to)];
  }

  it(`${RUNS.numRuns} times: a tap lands where the picture shows it, nothing stays pressed, and the page around can be reached`, async function () {
    this.timeout(180_000);
    await fc.assert(fc.asyncProperty(
      fc.constantFrom<LiveViewFit>('contain', 'cover', 'fill'), fc.integer({min: 0, max: 359}), fc.array(gesture, {minLength: 1, maxLength: 4}), place,
      async (fit, degrees, gestures, wanted) => {
        view.fit = fit;
        view.style.transform = `rotate(${degrees}deg)`;
        view.zoom = 1;
        await view.updateComplete;
        const box = view.getBoundingClientRect();
        const on = ({x, y}: At) => ({x: box.left + x / 100 * box.width, y: box.top + y / 100 * box.height});
        const before = connection.of('touch').length;
        for (const {from: [a, b], to: [c, d], ends, pageScale} of gestures) {
          scalePage(pageScale);
          const {zoom} = view;
          const areThePages = twoFingers([on(a), on(b)], [on(c), on(d)], ends);
          assert.equal(getComputedStyle(canvasOf(view)).touchAction, pageScale > 1 ? 'pinch-zoom' : 'none');
          if (pageScale === 1) continue;
          // Two fingers zoom the page out again, and do not reach the view or the session.
          assert.deepEqual(areThePages.slice(0, 3), [true, true, true]);
          assert.equal(view.zoom, zoom);
        }
        assert.isAtLeast(view.zoom, 1);
        assert.isAtMost(view.zoom, 8);
        const at = seenAt(canvasOf(view).parentElement, `${wanted.x}%`, `${wanted.y}%`);
        touch('touchstart', [at]);
        touch('touchend', [], [at]);
        assertPageIsReached();
        const texts = connection.of('text').length;
        view.sendText('.');
        await server.until(() => connection.of('text').length > texts);
        const told = connection.of('touch').slice(before);
        assert.isEmpty(told.at(-1)?.points ?? []);
        const point = told.findLast(({event}) => event === 'start')?.points[0];
        // The picture and the box have the viewport's shape, so the picture fills the box with every `fit`.
        assert.closeTo(point?.x ?? NaN, wanted.x / 100 * 1280, 3, `${fit} ${degrees}`);
        assert.closeTo(point?.y ?? NaN, wanted.y / 100 * 720, 3, `${fit} ${degrees}`);
      },
    ), {...RUNS, includeErrorInReport: true});
  });
});
