import {assert} from 'chai';
import * as fc from 'fast-check';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import type {LiveViewFit} from '../../src/input/geometry.js';
import {canvasOf, liveView} from '../support/interactive-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {times} from '../support/thorough.js';

const RUNS = await times(200, 1_000);

interface At {
  readonly x: number;
  readonly y: number;
}

/** A place in hundredths of the box of the element, or of the picture. */
const place = fc.record({x: fc.integer({min: 5, max: 95}), y: fc.integer({min: 5, max: 95})});
const pair = fc.tuple(place, place);
const gesture = fc.record({from: pair, to: pair, ends: fc.constantFrom('touchend', 'touchcancel')});

describe('random pinches, pans and taps under random rotations', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;

  before(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server, {viewport: {width: 1280, height: 720}, widthPx: 390}));
  });

  after(() => {
    view.remove();
    server.stop();
  });

  /** As the browser tells of fingers; by themselves these events move nothing else. */
  function touch(type: 'touchstart' | 'touchmove' | 'touchend' | 'touchcancel', fingers: readonly At[], changed = fingers): void {
    const target = canvasOf(view);
    const touches = (places: readonly At[]) => places.map(({x, y}, identifier) => new Touch({identifier, target, clientX: x, clientY: y, radiusX: 5, radiusY: 5}));
    target.dispatchEvent(new TouchEvent(type, {bubbles: true, cancelable: true, touches: touches(fingers), targetTouches: touches(fingers), changedTouches: touches(changed)}));
  }

  /** Where a place of the picture's box is seen, by a mark that is put there. */
  function seenAt({x, y}: At): At {
    const mark = document.createElement('i');
    mark.style.cssText = `position: absolute; width: 0; height: 0; left: ${x}%; top: ${y}%`;
    canvasOf(view).parentElement?.append(mark);
    const {left, top} = mark.getBoundingClientRect();
    mark.remove();
    return {x: left, y: top};
  }

  it('1,000 times: a tap lands where the picture shows it, and nothing stays pressed', async function () {
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
        for (const {from: [a, b], to: [c, d], ends} of gestures) {
          touch('touchstart', [on(a)]);
          touch('touchstart', [on(a), on(b)], [on(a), on(b)]);
          touch('touchmove', [on(c), on(d)]);
          touch(ends, [], [on(c), on(d)]);
        }
        assert.isAtLeast(view.zoom, 1);
        assert.isAtMost(view.zoom, 8);
        const {x, y} = seenAt(wanted);
        touch('touchstart', [{x, y}]);
        touch('touchend', [], [{x, y}]);
        const texts = connection.of('text').length;
        view.sendText('.');
        await server.until(() => connection.of('text').length > texts);
        const told = connection.of('touch').slice(before);
        assert.isEmpty(told.at(-1)?.points ?? []);
        const point = told.findLast(({event}) => event === 'start')?.points[0];
        // The picture has the viewport's shape, as the box: every fit fills it.
        assert.closeTo(point?.x ?? NaN, wanted.x / 100 * 1280, 3, `${fit} ${degrees}`);
        assert.closeTo(point?.y ?? NaN, wanted.y / 100 * 720, 3, `${fit} ${degrees}`);
      },
    ), {numRuns: RUNS, includeErrorInReport: true});
  });
});
