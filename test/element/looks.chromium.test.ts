import {assert} from 'chai';
import {emulateMedia} from '@web/test-runner-commands';
import '../../src/index.js';
import type {ChaserLiveView, LiveViewState} from '../../src/index.js';
import {plainJpeg} from '../support/frames.js';
import {toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {screenshot} from '../support/screen.js';
import type {Colour} from '../support/screen.js';
import {part, toBe} from '../support/surroundings.js';

const PICTURE: Colour = [224, 192, 32];
const BACKGROUND: Colour = [11, 13, 18];
const ACCENT: Colour = [37, 99, 235];
const WHITE: Colour = [255, 255, 255];
/** The opacity of the overlay's background over the picture. */
const NO_VEIL = 0;
const THIN_VEIL = 0.3;
const VEIL = 0.75;
/** The tolerance for JPEG and blending, in the 256 steps of a colour. */
const TOLERANCE = 6;

type Screen = Awaited<ReturnType<typeof screenshot>>;

/** These tests check painted pixels in screenshots, not style sheets. Fonts differ, so text counts as pixels that differ from the background. */
describe('each state, as it is on the screen in light and dark', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let jpeg: ArrayBuffer;

  before(async () => {
    jpeg = await plainJpeg('#e0c020');
  });

  beforeEach(async () => {
    server = await PreviewServer.start();
    view = document.createElement('chaser-live-view');
    view.lang = 'en';
    view.controls = true;
    view.style.cssText = 'position: fixed; left: 0; top: 0; width: 480px;';
    document.body.append(view);
    await view.updateComplete;
  });

  afterEach(async () => {
    view.remove();
    server.stop();
    await emulateMedia({colorScheme: 'light'});
  });

  /** Checks both colour schemes. The bar has the page's background colour, and its text the opposite. */
  async function look(look: (at: Screen, scheme: string) => void): Promise<void> {
    await view.updateComplete;
    for (const colorScheme of ['light', 'dark'] as const) {
      await emulateMedia({colorScheme});
      for (const animation of view.shadowRoot?.getAnimations() ?? []) animation.finish();
      const at = await screenshot();
      const bar = boxOf(view, '[part=controls]');
      const ground = at(bar.left + 2, bar.top + 2);
      assert.isTrue(colorScheme === 'light' ? Math.min(...ground) > 240 : Math.max(...ground) < 40, `${colorScheme} bar: ${ground}`);
      assert.isAbove(ink(at, boxOf(view, '[part=controls] > span'), ground), 20, `${colorScheme} bar's words`);
      look(at, colorScheme);
    }
  }

  async function looksAs(state: LiveViewState, {ground, veil = NO_VEIL, words = true, button = false}: {ground: Colour; veil?: number; words?: boolean; button?: boolean}): Promise<void> {
    await toState(view, state);
    await look((at, scheme) => {
      const what = `${view.paused ? 'paused' : state}, ${scheme}`;
      const expected = ground.map((channel, index) => channel * (1 - veil) + (BACKGROUND[index] ?? 0) * veil);
      assert.isTrue(isNear(at(12, 240), expected), `${what}: ${at(12, 240)} instead of ${expected}`);
      assert.equal(part(view, 'status') !== null, words, what);
      if (words) {
        const box = boxOf(view, '[part=status]');
        assert.isAbove(ink(at, box, at(box.left + box.width / 2, box.top + 1)), 20, `${what}: words`);
      }
      assert.equal(Boolean(part(view, 'overlay')?.querySelector('button')), button, what);
      if (!button) return;
      const box = boxOf(view, '[part=overlay] button');
      assert.isTrue(isNear(at(box.left + 4, box.top + box.height / 2), ACCENT), `${what}: button`);
      assert.isAbove(ink(at, box, ACCENT), 20, `${what}: the button's words`);
    });
  }

  /** Waits until a dialog with a button of this class takes answers. */
  async function looksAsDialog(button: string): Promise<void> {
    await toBe(view, () => Boolean(part(view, 'dialog')?.querySelector(`fieldset:enabled ${button}`)));
    await look((at, scheme) => {
      const box = boxOf(view, '[part=dialog]');
      const ground = at(box.left + box.width / 2, box.top + 4);
      assert.isTrue(scheme === 'light' ? isNear(ground, WHITE) : Math.max(...ground) < 40, `${scheme} dialog: ${ground}`);
      assert.isAbove(ink(at, boxOf(view, '#message'), ground), 20, 'the message');
      const {left, top, height} = boxOf(view, button);
      assert.isTrue(isNear(at(left + 6, top + height / 2), ACCENT), `the button ${button}`);
    });
  }

  async function goLive(index = 0): Promise<Connection> {
    const connection = await server.connection(index);
    connection.hello();
    connection.sendFrame(jpeg);
    await toState(view, 'live');
    return connection;
  }

  it('idle, connecting, live, paused, stalled, reconnecting, ended', async () => {
    await looksAs('idle', {ground: BACKGROUND});
    view.src = server.url;
    await looksAs('connecting', {ground: BACKGROUND});
    const connection = await goLive();
    await looksAs('live', {ground: PICTURE, words: false});
    view.paused = true;
    await looksAs('live', {ground: PICTURE, veil: VEIL, button: true});
    view.paused = false;
    // One ping is answered, so the element expects an answer to the next.
    const {t} = await server.until(() => connection.of('ping')[0]);
    connection.send({type: 'pong', t});
    await looksAs('stalled', {ground: PICTURE, veil: THIN_VEIL});
    connection.terminate();
    await looksAs('reconnecting', {ground: PICTURE, veil: VEIL});
    (await server.connection(1)).close(4410);
    await looksAs('ended', {ground: PICTURE, veil: VEIL});
  });

  it('failed, expired', async () => {
    view.src = server.url;
    (await server.connection()).close(4403);
    await looksAs('failed', {ground: BACKGROUND, button: true});
    view.src = `${server.url}2`;
    (await server.connection(1)).close(4401);
    await looksAs('expired', {ground: BACKGROUND});
  });

  it('with the keyboard, and with a dialog', async () => {
    view.src = server.url;
    const connection = await goLive();
    view.focus();
    await look((at) => {
      for (const [x, y] of [[1, 120], [240, 1], [478, 120], [240, 268]] as const) assert.isTrue(isNear(at(x, y), ACCENT), `the ring at ${x}, ${y}: ${at(x, y)}`);
      assert.isTrue(isNear(at(240, 100), PICTURE), 'the picture');
      assert.isAbove(ink(at, boxOf(view, '#hint'), BACKGROUND), 20, 'the words');
    });
    connection.send({type: 'dialog', id: '1', kind: 'confirm', message: 'Sure?'});
    await looksAsDialog('.ok');
    connection.send({type: 'dialog_closed', id: '1'});
    connection.send({type: 'file_chooser', id: '2', multiple: false, accept: ''});
    await looksAsDialog('.choose');
  });
});

function boxOf(view: ChaserLiveView, selector: string): DOMRect {
  const found = view.shadowRoot?.querySelector(selector);
  if (!found) throw new Error(`There is no ${selector}.`);
  return found.getBoundingClientRect();
}

function isNear(colour: readonly number[], wanted: readonly number[]): boolean {
  return colour.every((channel, index) => Math.abs(channel - (wanted[index] ?? 0)) <= TOLERANCE);
}

/** How many pixels of a box have enough contrast to its background for text (WCAG, 4.5 to 1). */
function ink(at: Screen, {left, right, top, bottom}: DOMRect, ground: Colour): number {
  let count = 0;
  for (let y = Math.ceil(top); y < bottom; y++) {
    for (let x = Math.ceil(left); x < right; x++) {
      const [a, b] = [luminance(at(x, y)), luminance(ground)];
      if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) >= 4.5) count++;
    }
  }
  return count;
}

function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
