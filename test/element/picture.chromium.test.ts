import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import type {LiveViewFit} from '../../src/input/geometry.js';
import type {MouseButtonMessage, MouseMessage, Size} from '../../src/protocol.js';
import {placesJpeg} from '../support/frames.js';
import {cdp} from '../support/input-commands.js';
import {liveView} from '../support/interactive-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {screenshot} from '../support/screen.js';

const VIEWPORT = {width: 320, height: 180};
/** The tolerance for JPEG and scaling, in the 256 steps of a colour, and the size of a step in pixels of the viewport. */
const TOLERANCE = 5;

type Down = MouseButtonMessage;
const isDown = (message: MouseMessage): message is Down => message.event === 'down';
type Screen = Awaited<ReturnType<typeof screenshot>>;

async function click(x: number, y: number): Promise<void> {
  await cdp('Input.dispatchMouseEvent', {type: 'mousePressed', x, y, button: 'left', clickCount: 1});
  await cdp('Input.dispatchMouseEvent', {type: 'mouseReleased', x, y, button: 'left', clickCount: 1});
}

/** A grid of points over the element's area in the window. */
function gridOver({left, top, right, bottom}: DOMRect, offset = {x: 0, y: 0}): readonly (readonly [x: number, y: number])[] {
  const [x0, y0] = [Math.max(0, left) + offset.x, Math.max(0, top) + offset.y];
  const [x1, y1] = [Math.min(innerWidth, right) + offset.x, Math.min(innerHeight, bottom) + offset.y];
  return [0.03, 0.28, 0.52, 0.73, 0.97].flatMap((u) => [0.04, 0.35, 0.61, 0.96].map(
    (v) => [Math.floor(x0 + (x1 - x0) * u), Math.floor(y0 + (y1 - y0) * v)] as const));
}

describe('a click lands on what is seen there', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  let stage: HTMLElement;

  beforeEach(async () => {
    server = await PreviewServer.start();
    stage = document.createElement('div');
    stage.style.cssText = 'position: absolute; left: 40px; top: 30px;';
    document.body.append(stage);
  });

  afterEach(() => {
    view.remove();
    stage.remove();
    window.scrollTo(0, 0);
    server.stop();
  });

  async function show(css: string, {parent = stage, viewport = VIEWPORT, frame = viewport}: {parent?: ParentNode; viewport?: Size; frame?: Size} = {}): Promise<void> {
    ({view, connection} = await liveView(server, {parent, viewport, frame: await placesJpeg(frame.width, frame.height)}));
    view.style.cssText = `--chaser-live-view-background: rgb(0, 0, 255); ${css}`;
    await view.updateComplete;
  }

  /** Clicks all over the element. The colours of the picture encode the position, and everything else is blue or white. */
  async function clickAllOver(offset = {x: 0, y: 0}, viewport: Size = VIEWPORT): Promise<{onPicture: number; beside: number}> {
    const places = gridOver(view.getBoundingClientRect(), offset);
    const screen = await screenshotOfPicture(places);
    const seen = places.filter(([x, y]) => isPicture(screen, x, y));
    for (const [x, y] of places) await click(x, y);
    await server.until(() => connection.of('mouse').filter(({event}) => event === 'up').length >= seen.length);
    const downs = connection.of('mouse').filter(isDown);
    assert.equal(downs.length, seen.length, 'a click beside the picture sends nothing');
    for (const [index, [x, y]] of seen.entries()) {
      const [red, green] = screen(x, y);
      const down = downs[index];
      assert.closeTo(down?.x ?? NaN, red / 255 * viewport.width, TOLERANCE / 255 * viewport.width, `x of a click at ${x}, ${y}`);
      assert.closeTo(down?.y ?? NaN, green / 255 * viewport.height, TOLERANCE / 255 * viewport.height, `y of a click at ${x}, ${y}`);
    }
    return {onPicture: seen.length, beside: places.length - seen.length};
  }

  /** Waits for some frames of the compositor, with one of which a worker's picture reaches the screen. */
  async function screenshotOfPicture(places: readonly (readonly [number, number])[]): Promise<Screen> {
    for (;;) {
      const screen = await screenshot();
      if (places.some(([x, y]) => isPicture(screen, x, y))) return screen;
    }
  }

  function isPicture(screen: Screen, x: number, y: number): boolean {
    return Math.abs(screen(x, y)[2] - 128) < 40;
  }

  const fits: readonly [fit: LiveViewFit, css: string, hasBars: boolean][] = [
    ['contain', 'width: 400px; height: 400px', true], ['contain', 'width: 500px; height: 150px', true],
    ['cover', 'width: 400px; height: 400px', false], ['cover', 'width: 500px; height: 150px', false],
    ['fill', 'width: 400px; height: 400px', false],
    ['none', 'width: 400px; height: 400px', true], ['none', 'width: 200px; height: 100px', false],
    ['scale-down', 'width: 400px; height: 400px', true], ['scale-down', 'width: 200px; height: 200px', true],
  ];
  for (const [fit, css, hasBars] of fits) {
    it(`fit '${fit}' in ${css}`, async () => {
      await show(css);
      view.fit = fit;
      await view.updateComplete;
      const {onPicture, beside} = await clickAllOver();
      assert.isAbove(onPicture, 4);
      assert.equal(beside > 0, hasBars, 'there are bars to click on');
    });
  }

  const looks: readonly [name: string, css: string][] = [
    ['scaled', 'width: 320px; transform: scale(1.7, 1.3); transform-origin: 0 0'],
    ['rotated', 'width: 400px; height: 300px; margin: 60px; transform: rotate(33deg)'],
    ['mirrored and upside down', 'width: 320px; transform: scale(-1, -1)'],
    ['skewed', 'width: 320px; margin: 40px; transform: skew(20deg, 10deg)'],
    ['seen in perspective', 'width: 400px; transform: perspective(500px) rotateY(40deg) rotateX(-20deg)'],
    ['zoomed', 'width: 320px; zoom: 1.37'],
    ['of a size between pixels', 'width: 333.4px; height: 217.7px; margin: 3.3px'],
  ];
  for (const [name, css] of looks) {
    it(`an element that is ${name}`, async () => {
      await show(css);
      const {onPicture} = await clickAllOver();
      assert.isAbove(onPicture, 4);
    });
  }

  it('a frame of other pixels than the viewport has', async () => {
    const viewport = {width: 390, height: 844};
    await show('width: 300px; height: 500px', {viewport, frame: {width: 780, height: 1688}});
    const {onPicture, beside} = await clickAllOver({x: 0, y: 0}, viewport);
    assert.isAbove(onPicture, 4);
    assert.isAbove(beside, 0);
  });

  it('scrolled, in a scrolled box, in a scrolled page', async () => {
    const box = document.createElement('div');
    box.style.cssText = 'width: 300px; height: 200px; overflow: scroll; margin-top: 1000px; margin-bottom: 3000px';
    stage.append(box);
    // Scrolled into view first, because an element that is not visible does not paint.
    window.scrollTo(0, 950);
    await show('width: 640px; max-width: none', {parent: box});
    box.scrollTo(200, 90);
    const screen = await screenshot();
    const {left, top} = box.getBoundingClientRect();
    const [x, y] = [Math.floor(left + 100), Math.floor(top + 80)];
    await click(x, y);
    const down = await server.until(() => connection.of('mouse').find(isDown));
    const [red, green] = screen(x, y);
    assert.isTrue(isPicture(screen, x, y));
    assert.closeTo(down.x, red / 255 * 320, 5);
    assert.closeTo(down.y, green / 255 * 180, 5);
    assert.closeTo(down.x, (100 + 200) / 2, 1, 'and to the pixel');
    assert.closeTo(down.y, (80 + 90) / 2, 1);
  });

  it('inside shadow roots, in a rotated one, in the document of an iframe', async () => {
    const frame = document.createElement('iframe');
    frame.style.cssText = 'width: 600px; height: 450px; border: 7px solid red';
    stage.append(frame);
    const inner = frame.contentDocument ?? document;
    const outer = inner.createElement('div');
    inner.body.append(outer);
    const middle = inner.createElement('p');
    middle.style.cssText = 'transform: rotate(-20deg) scale(1.1); margin: 90px 40px';
    outer.attachShadow({mode: 'closed'}).append(middle);
    await show('width: 400px; height: 260px', {parent: middle.attachShadow({mode: 'open'})});
    assert.equal(view.ownerDocument, inner);
    const {left, top} = frame.getBoundingClientRect();
    const {onPicture} = await clickAllOver({x: left + 7, y: top + 7});
    assert.isAbove(onPicture, 4);
  });

  it('is exact to the pixel', async () => {
    await show('width: 640px; height: 500px; transform: translate(0.5px, 0.25px) rotate(90deg); margin: 80px 0');
    const {left, top, width, height} = view.getBoundingClientRect();
    await click(left + width / 2, top + height / 2);
    const down = await server.until(() => connection.of('mouse').find(isDown));
    assert.closeTo(down.x, 160, 0.5);
    assert.closeTo(down.y, 90, 0.5);
  });
});
