import {assert} from 'chai';
import * as fc from 'fast-check';
import {filledBox, isInside, scaleOf, toSession} from '../../src/input/geometry.js';
import type {Box, Corners, LiveViewFit, Point} from '../../src/input/geometry.js';

const WHOLE: Box = {x: 0, y: 0, width: 1, height: 1};
const VIEWPORT = {width: 1280, height: 720};

const at = (x: number, y: number): Point => ({x, y});
const rectangle = (x: number, y: number, width: number, height: number): Corners =>
  [at(x, y), at(x + width, y), at(x + width, y + height), at(x, y + height)];

describe('geometry', () => {
  it('places the picture in its box as object-fit does', () => {
    const picture = {width: 200, height: 100};
    const cases: readonly [LiveViewFit, {width: number; height: number}, Box][] = [
      ['contain', {width: 400, height: 400}, {x: 0, y: 0.25, width: 1, height: 0.5}],
      ['contain', {width: 400, height: 100}, {x: 0.25, y: 0, width: 0.5, height: 1}],
      ['scale-down', {width: 100, height: 100}, {x: 0, y: 0.25, width: 1, height: 0.5}],
      ['cover', {width: 400, height: 400}, {x: -0.5, y: 0, width: 2, height: 1}],
      ['cover', {width: 400, height: 100}, {x: 0, y: -0.5, width: 1, height: 2}],
      ['fill', {width: 400, height: 400}, WHOLE],
      ['none', {width: 400, height: 400}, WHOLE],
    ];
    for (const [fit, box, expected] of cases) assert.deepEqual(filledBox(fit, box, picture), expected, `${fit} in ${box.width} x ${box.height}`);
  });

  it('finds the place in a plain rectangle, to a hundredth, and goes on beyond it', () => {
    const picture = {corners: rectangle(100, 50, 640, 360), filled: WHOLE, viewport: VIEWPORT};
    assert.deepEqual(toSession(picture, 100, 50), at(0, 0));
    assert.deepEqual(toSession(picture, 420, 230), at(640, 360));
    assert.deepEqual(toSession(picture, 100.111, 50), at(0.22, 0));
    assert.deepEqual(toSession(picture, 90, 500), at(-20, 900));
  });

  it('excludes the bars: a picture includes its left and top edges, not its right and bottom ones', () => {
    for (const point of [at(0, 0), at(1279.99, 719.99), at(3, 700)]) assert.isTrue(isInside(point, VIEWPORT));
    for (const point of [at(-0.01, 5), at(5, -0.01), at(1280, 5), at(5, 720)]) assert.isFalse(isInside(point, VIEWPORT));
  });

  it('returns undefined for a picture without an area', () => {
    for (const corners of [rectangle(5, 5, 0, 0), rectangle(5, 5, 100, 0), rectangle(5, 5, 0, 100)]) {
      assert.isUndefined(toSession({corners, filled: WHOLE, viewport: VIEWPORT}, 20, 20));
    }
  });

  it('undoes every transform, in the plane and in perspective', () => {
    const size = fc.double({min: 50, max: 2000, noNaN: true});
    const turn = fc.double({min: -3, max: 3, noNaN: true});
    const lean = fc.double({min: -0.4, max: 0.4, noNaN: true});
    const inside = fc.double({min: 0, max: 1, noNaN: true});
    fc.assert(fc.property(size, size, turn, lean, lean, lean, inside, inside, (width, height, angle, skew, g, h, u, v) => {
      const project = (u: number, v: number) => {
        const [x, y] = [(u + skew * v) * width, v * height];
        const depth = 1 + g * u + h * v;
        return at((x * Math.cos(angle) - y * Math.sin(angle)) / depth + 77, (x * Math.sin(angle) + y * Math.cos(angle)) / depth - 33);
      };
      const corners: Corners = [project(0, 0), project(1, 0), project(1, 1), project(0, 1)];
      const {x, y} = project(u, v);
      const point = toSession({corners, filled: WHOLE, viewport: VIEWPORT}, x, y);
      assert.closeTo(point?.x ?? NaN, u * 1280, 0.02);
      assert.closeTo(point?.y ?? NaN, v * 720, 0.02);
    }));
  });

  it('knows the scale, whichever way the picture is turned', () => {
    assert.closeTo(scaleOf({corners: rectangle(0, 0, 640, 360), filled: WHOLE, viewport: VIEWPORT}), 2, 1e-9);
    const turned: Corners = [at(0, 0), at(0, 640), at(-360, 640), at(-360, 0)];
    assert.closeTo(scaleOf({corners: turned, filled: WHOLE, viewport: VIEWPORT}), 2, 1e-9);
    assert.closeTo(scaleOf({corners: rectangle(0, 0, 640, 720), filled: {x: 0, y: 0.25, width: 1, height: 0.5}, viewport: VIEWPORT}), 2, 1e-9);
  });
});
