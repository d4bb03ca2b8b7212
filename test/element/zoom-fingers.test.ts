import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {Fingers} from '../support/fingers.js';
import type {Point} from '../support/fingers.js';
import {quartersJpeg} from '../support/frames.js';
import {canvasOf, liveView} from '../support/interactive-view.js';
import {nextEvent} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';

// A person's fingers in each engine, with real touches if the driver can put down several at once.

const VIEWPORT = {width: 1280, height: 720};

interface Target extends Point {
  readonly width: number;
  readonly height: number;
}

/** A checkbox, a slider and tiles of the session's page. Each kind is tapped equally often. */
const KINDS: readonly (readonly Target[])[] = [
  [{x: 430, y: 250, width: 24, height: 24}], [{x: 430, y: 330, width: 40, height: 40}],
  Array.from({length: 9}, (_, index) => ({x: 560 + index % 3 * 60, y: 240 + Math.floor(index / 3) * 60, width: 56, height: 56})),
];
const MIDDLE: Point = {x: 590, y: 330};
const TAPS = 40;
const MAX_ERROR_PX = 6;
const STEPS = 20;

/** A pseudorandom generator of numbers from 0 to 1. */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32;
}

describe('two fingers on a desktop’s session', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;

  beforeEach(async () => {
    server = await PreviewServer.start();
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  const fingers = new Fingers(() => canvasOf(view));

  /** Where a point of the session appears, to the pixel. */
  function placeOf({x, y}: Point): Point {
    const {left, top, width, height} = canvasOf(view).getBoundingClientRect();
    return {x: Math.round(left + x / VIEWPORT.width * width), y: Math.round(top + y / VIEWPORT.height * height)};
  }

  const beside = ({x, y}: Point, distancePx: number): [Point, Point] => [{x: x - distancePx / 2, y}, {x: x + distancePx / 2, y}];

  // As high as a phone's screen is wide, in landscape.
  for (const [name, widthPx] of [['portrait', 390], ['landscape', 693]] as const) {
    it(`after one pinch, in ${name}: at least 39 of 40 taps hit a small box, a slider and tiles, with a finger's error`, async () => {
      const {view: its, connection} = await liveView(server, {viewport: VIEWPORT, widthPx});
      view = its;
      const middle = placeOf(MIDDLE);
      const steps = Array.from({length: 9}, (_, step) => beside(middle, 32 + 8 * step));
      // At once, because a first finger that is alone for 100 ms goes to the session.
      await fingers.touch(...steps, []);
      assert.closeTo(view.zoom, 3, 0.1);
      assert.isEmpty(connection.of('touch'), 'the session hears nothing of it');
      const next = random(21);
      let hits = 0;
      for (let tap = 0; tap < TAPS; tap++) {
        const kind = KINDS[tap % KINDS.length] ?? [];
        const target = kind[Math.floor(next() * kind.length)];
        if (!target) throw new Error('There is nothing to hit.');
        const {x, y} = placeOf({x: target.x + target.width / 2, y: target.y + target.height / 2});
        const [angle, errorPx] = [next() * 2 * Math.PI, Math.sqrt(next()) * MAX_ERROR_PX];
        const before = connection.of('touch').length;
        await fingers.touch([{x: Math.round(x + Math.cos(angle) * errorPx), y: Math.round(y + Math.sin(angle) * errorPx)}], []);
        await server.until(() => connection.of('touch').slice(before).some(({event}) => event === 'end'));
        const point = connection.of('touch')[before]?.points[0];
        const isWithin = (at: number, start: number, length: number) => at >= start && at < start + length;
        if (point && isWithin(point.x, target.x, target.width) && isWithin(point.y, target.y, target.height)) hits++;
      }
      assert.isAtLeast(hits, 39);
    });
  }

  for (const thread of ['page', undefined] as const) {
    it(`drop no frame${thread ? ' on the page' : ''}: each that arrives meanwhile is painted once, and the gesture itself renders and paints nothing`, async () => {
      const {view: its, connection} = await liveView(server, {viewport: VIEWPORT, widthPx: 390, ...(thread && {thread})});
      view = its;
      const jpeg = await quartersJpeg(VIEWPORT.width, VIEWPORT.height);
      const middle = placeOf(MIDDLE);
      await fingers.touch(beside(middle, 32), beside(middle, 52));
      let renders = 0;
      let draws = 0;
      view.addController({hostUpdated: () => renders++});
      const {drawImage} = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.drawImage = new Proxy(drawImage, {
        apply(target, context, parameters) {
          draws++;
          return Reflect.apply(target, context, parameters);
        },
      });
      try {
        const before = view.getStats();
        for (let step = 1; step <= STEPS; step++) {
          const [isPainted, isZoomed] = [nextEvent(view, 'frame'), nextEvent(view, 'zoomchange')];
          connection.sendFrame(jpeg);
          await fingers.touch(beside(middle, 52 + 2 * step));
          await Promise.all([isPainted, isZoomed]);
        }
        const after = view.getStats();
        assert.equal(after.framesPainted - before.framesPainted, STEPS);
        assert.equal(after.framesDropped, before.framesDropped);
        if (thread) assert.equal(draws, STEPS);
        // Other renders, for the latency for example, may happen in this time.
        assert.isAtMost(renders, 1);
      } finally {
        CanvasRenderingContext2D.prototype.drawImage = drawImage;
        await fingers.touch([]);
      }
    });
  }
});
