import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {quartersJpeg} from '../support/frames.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {toState} from '../support/live-view.js';
import {part, toBe} from '../support/surroundings.js';

describe('how it looks', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let room: HTMLElement;
  let connection: Connection;
  let jpeg: ArrayBuffer;

  before(async () => {
    jpeg = await quartersJpeg();
  });

  beforeEach(async () => {
    server = await PreviewServer.start();
    room = document.createElement('div');
    room.style.width = '600px';
    view = document.createElement('chaser-live-view');
    view.lang = 'en';
    room.append(view);
    document.body.append(room);
    await view.updateComplete;
  });

  afterEach(() => {
    document.documentElement.style.fontSize = '';
    room.remove();
    server.stop();
  });

  async function goLive(viewport = {width: 320, height: 180}): Promise<void> {
    view.src = server.url;
    connection = await server.connection();
    connection.hello({viewport});
    connection.sendFrame(jpeg);
    await toState(view, 'live');
    await view.updateComplete;
  }

  const size = (element: Element | null = view) => {
    const {width, height} = element?.getBoundingClientRect() ?? {width: NaN, height: NaN};
    return [Math.round(width), Math.round(height)];
  };

  it("is of the viewport's size where nothing else says so, and never wider than its room", async () => {
    await goLive();
    assert.deepEqual(size(), [320, 180]);
    connection.send({type: 'viewport', width: 1200, height: 400});
    await toBe(view, () => view.viewport?.width === 1200);
    await view.updateComplete;
    await toBe(view, () => String(size()) === '600,200');
  });

  it('keeps its shape as it loads, and when the stream is gone', async () => {
    view.style.width = '480px';
    assert.deepEqual(size(), [480, 270]);
    await goLive();
    assert.deepEqual(size(), [480, 270]);
    connection.send({type: 'viewport', width: 400, height: 400});
    await toBe(view, () => view.viewport?.width === 400);
    await view.updateComplete;
    assert.deepEqual(size(), [480, 480]);
    view.disconnect();
    await view.updateComplete;
    assert.deepEqual(size(), [480, 480]);
  });

  it('is never taller than the screen is high, its bar included', async () => {
    view.style.width = '100%';
    await goLive();
    connection.send({type: 'viewport', width: 400, height: 4000});
    await toBe(view, () => view.viewport?.height === 4000);
    for (const hasControls of [false, true]) {
      view.controls = hasControls;
      await view.updateComplete;
      assert.closeTo(size()[1] ?? NaN, window.innerHeight, 1);
      assert.isAtMost(part(view, 'controls')?.getBoundingClientRect().bottom ?? 0, view.getBoundingClientRect().bottom + 1);
      assert.isAtLeast(part(view, 'canvas')?.offsetHeight ?? 0, window.innerHeight / 2, 'what is left is the picture');
    }
  });

  it('is sized by CSS, as a picture is', async () => {
    await goLive();
    view.style.height = '90px';
    // WebKit keeps the natural width, with the picture in the middle.
    assert.include(['160,90', navigator.userAgent.includes('AppleWebKit/605') ? '320,90' : ''], String(size()));
    view.style.width = '500px';
    assert.deepEqual(size(), [500, 90]);
    assert.deepEqual(size(part(view, 'canvas')), [500, 90]);
    view.style.height = '';
    view.style.aspectRatio = '2';
    assert.deepEqual(size(), [500, 250]);
    assert.deepEqual(size(part(view, 'canvas')), [500, 250]);
  });

  it('shares a grid, and leaves a bar its place in any size', async () => {
    await goLive({width: 1280, height: 720});
    room.style.display = 'grid';
    room.style.gridTemplateColumns = '1fr 1fr 1fr';
    assert.deepEqual(size(), [200, 113]);
    room.style.display = 'block';
    view.controls = true;
    view.style.width = '400px';
    await view.updateComplete;
    const bar = size(part(view, 'controls'))[1] ?? 0;
    assert.deepEqual(size(part(view, 'canvas')), [400, 225]);
    assert.deepEqual(size(), [400, 225 + bar]);
    view.style.height = '200px';
    assert.deepEqual(size(part(view, 'canvas')), [400, 200 - bar]);
  });

  it("gives the picture the viewport's own size in 'none', and no more than that in 'scale-down'", async () => {
    await goLive();
    view.style.width = '500px';
    view.style.height = '400px';
    view.fit = 'none';
    await view.updateComplete;
    const [box, outer] = [part(view, 'canvas')?.getBoundingClientRect(), view.getBoundingClientRect()];
    assert.deepEqual(size(part(view, 'canvas')), [320, 180]);
    assert.closeTo((box?.left ?? 0) - outer.left, 90, 1, 'in the middle');
    view.fit = 'scale-down';
    await view.updateComplete;
    assert.deepEqual(size(part(view, 'canvas')), [320, 180]);
    view.style.width = '100px';
    assert.equal(size(part(view, 'canvas'))[0], 100);
  });

  it('is of the colours that the page gives it', async () => {
    view.style.setProperty('--chaser-live-view-background', 'rgb(1, 2, 3)');
    view.style.setProperty('--chaser-live-view-overlay', 'rgb(4, 5, 6)');
    view.style.setProperty('--chaser-live-view-accent', 'rgb(7, 8, 9)');
    await goLive();
    view.paused = true;
    await toBe(view, () => part(view, 'overlay') !== null);
    assert.equal(getComputedStyle(view).backgroundColor, 'rgb(1, 2, 3)');
    assert.equal(getComputedStyle(part(view, 'overlay') ?? view).backgroundColor, 'rgb(4, 5, 6)');
    assert.equal(getComputedStyle(part(view, 'button') ?? view).backgroundColor, 'rgb(7, 8, 9)');
  });

  it('keeps the last picture under a veil that words can be read on, whatever the picture', async () => {
    await goLive();
    connection.terminate();
    await toState(view, 'reconnecting');
    await toBe(view, () => part(view, 'overlay') !== null);
    assert.equal(part(view, 'canvas')?.getBoundingClientRect().width, 320);
    const veil = getComputedStyle(part(view, 'overlay') ?? view).backgroundColor.match(/[\d.]+/g)?.map(Number) ?? [];
    const [red = 0, green = 0, blue = 0, alpha = 1] = veil;
    // Over a white picture, which is the worst case for white text.
    const seen = [red, green, blue].map((channel) => channel * alpha + 255 * (1 - alpha));
    assert.isAtLeast(contrastToWhite(seen), 4.5);
    assert.isBelow(alpha, 0.9, 'the picture is still to be seen');
  });

  // Text of twice the size, as with the browser's zoom or a large font size.
  for (const [name, style, dir, text] of [
    ['a phone held upright', '320px', 'ltr', '100%'], ['right to left', '320px', 'rtl', '100%'], ['a desk', '600px', 'ltr', '100%'],
    ['a desk, zoomed to 200 %', '560px', 'ltr', '200%'],
  ] as const) {
    it(`lets nothing stick out on ${name}`, async () => {
      view.controls = true;
      view.style.width = style;
      view.dir = dir;
      document.documentElement.style.fontSize = text;
      const fits = (what: string) => {
        const outer = view.getBoundingClientRect();
        for (const each of view.shadowRoot?.querySelectorAll('[part=overlay], [part=status], [part=dialog], [part=controls], [part=controls] > *, #hint') ?? []) {
          const {left, right, top, bottom, width} = each.getBoundingClientRect();
          if (width === 0) continue;
          assert.isAtMost(each.scrollWidth, each.clientWidth + 3, `${what}: ${each.className} is as wide as what is in it`);
          assert.isTrue(left >= outer.left - 3 && right <= outer.right + 3 && top >= outer.top - 3 && bottom <= outer.bottom + 3, `${what}: ${each.className} ${each.getAttribute('part')} ${[left, right, top, bottom]} in ${[outer.left, outer.right, outer.top, outer.bottom]}`);
        }
      };
      await view.updateComplete;
      fits('idle');
      await goLive();
      part(view, 'canvas')?.focus();
      fits('live');
      connection.send({type: 'dialog', id: '1', kind: 'prompt', message: 'Averylongwordthatgoesonandon'.repeat(20)});
      await toBe(view, () => part(view, 'dialog') !== null && !part(view, 'dialog')?.querySelector('fieldset:disabled'));
      fits('dialog');
      part(view, 'dialog')?.querySelector<HTMLElement>('.ok')?.click();
      const options = Array.from({length: 40}, (_, index) => ({value: `${index}`, label: `Option ${index}`, selected: false, disabled: false}));
      connection.send({type: 'select', id: '2', multiple: true, options, x: 300, y: 170, width: 20, height: 10});
      await toBe(view, () => part(view, 'dialog')?.querySelector('select') !== undefined && part(view, 'dialog')?.querySelector('select') !== null);
      fits('drop-down');
      const [list, done] = [part(view, 'dialog'), part(view, 'dialog')?.querySelector('.ok')].map((each) => each?.getBoundingClientRect().bottom ?? NaN);
      assert.isBelow(done ?? NaN, list ?? NaN, 'its buttons are in sight');
      connection.close(4410);
      await toState(view, 'ended');
      await toBe(view, () => part(view, 'overlay') !== null);
      fits('ended');
    });
  }
});

/** The contrast of a colour to white, by WCAG. */
function contrastToWhite(colour: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = colour.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}
