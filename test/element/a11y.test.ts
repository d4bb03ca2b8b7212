import {assert} from 'chai';
import type {AxeResults, RunOptions} from 'axe-core';
// axe defines itself on the window.
import 'axe-core/axe.min.js';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {quartersJpeg} from '../support/frames.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {placeView, toState} from '../support/live-view.js';
import {part, toBe} from '../support/surroundings.js';

declare global {
  interface Window {
    readonly axe: {run(context: Element, options: RunOptions): Promise<AxeResults>};
  }
}

const WCAG_22_AA: RunOptions = {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']};

describe('axe finds nothing', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let jpeg: ArrayBuffer;

  before(async () => {
    jpeg = await quartersJpeg();
    document.documentElement.lang = 'en';
  });

  after(() => document.documentElement.removeAttribute('lang'));

  beforeEach(async () => {
    server = await PreviewServer.start();
    view = placeView({widthPx: 640, controls: true});
    await view.updateComplete;
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  async function goLive(): Promise<Connection> {
    view.src = server.url;
    const connection = await server.connection();
    connection.hello();
    connection.sendFrame(jpeg);
    await toState(view, 'live');
    return connection;
  }

  /** Runs axe once animations are over, in light and in dark. */
  async function examine(what: string): Promise<void> {
    await view.updateComplete;
    for (const colorScheme of ['light', 'dark']) {
      view.style.colorScheme = colorScheme;
      for (const animation of view.shadowRoot?.getAnimations() ?? []) animation.finish();
      const {violations} = await window.axe.run(view, WCAG_22_AA);
      const found = violations.map(({id, nodes}) => `${what}, ${colorScheme}: ${id} ${nodes.map(({html}) => html).join(' ')}`);
      assert.deepEqual(found, []);
    }
  }

  it('idle, connecting, live, stalled, paused, watching only, reconnecting, ended', async () => {
    await examine('idle');
    view.src = server.url;
    await toState(view, 'connecting');
    await examine('connecting');
    const connection = await goLive();
    await examine('live');
    part(view, 'canvas')?.focus();
    await examine('with the keyboard');
    const {t} = await server.until(() => connection.of('ping')[0]);
    connection.send({type: 'pong', t});
    await toState(view, 'stalled');
    await examine('stalled');
    view.readOnly = true;
    await examine('watching only');
    view.paused = true;
    await examine('paused');
    view.paused = false;
    connection.terminate();
    await toState(view, 'reconnecting');
    await examine('reconnecting');
    (await server.connection(1)).close(4410);
    await toState(view, 'ended');
    await examine('ended');
  });

  it('and the picture has a role, a name, and the way out in its description', async () => {
    view.label = 'The checkout';
    await goLive();
    const canvas = part(view, 'canvas');
    assert.deepEqual([canvas?.getAttribute('role'), canvas?.getAttribute('aria-label')], ['application', 'The checkout']);
    const description = view.shadowRoot?.getElementById(canvas?.getAttribute('aria-describedby') ?? '');
    assert.include(description?.textContent, 'Ctrl+Alt+Shift');
  });

  it('failed, expired', async () => {
    view.src = server.url;
    (await server.connection()).close(4403);
    await toState(view, 'failed');
    await examine('failed');
    view.src = `${server.url}2`;
    (await server.connection(1)).close(4401);
    await toState(view, 'expired');
    await examine('expired');
  });

  it('a hand-over: asked, declined, answered, over, only watched; and who drives', async () => {
    const connection = await goLive();
    const ask = async (id: string) => {
      connection.send({type: 'handoff', id, instructions: 'Solve the captcha. '.repeat(20), expires_at: new Date(Date.now() + 60_000).toISOString()});
      await toBe(view, () => view.handoff?.id === id);
    };
    const press = (name: string) => view.shadowRoot?.querySelector<HTMLElement>(`[part=handoff] .${name}`)?.click();
    await ask('1');
    await examine('asked');
    press('cannot');
    await examine('declined');
    press('cancel');
    await view.updateComplete;
    press('done');
    await examine('answered');
    view.readOnly = true;
    await examine('asked, only watched');
    view.readOnly = false;
    for (const driver of ['you', 'other', 'none'] as const) {
      connection.send({type: 'control', driver, viewers: 3});
      await toBe(view, () => view.driver === driver);
      await examine(`drives: ${driver}`);
    }
    connection.send({type: 'handoff_closed', id: '1', status: 'done'});
    await toBe(view, () => part(view, 'handoff')?.matches('.over') ?? false);
    const {violations} = await window.axe.run(view, WCAG_22_AA);
    assert.deepEqual(violations.map(({id}) => id), []);
  });

  it('each dialog and drop-down, answered or only watched', async () => {
    const connection = await goLive();
    const options = [
      {value: '1', label: 'One', selected: true, disabled: false},
      {value: '2', label: 'Two', selected: false, disabled: true, group: 'More'},
    ];
    const box = {x: 10, y: 10, width: 50, height: 10};
    for (const kind of ['alert', 'confirm', 'prompt', 'beforeunload'] as const) {
      connection.send({type: 'dialog', id: kind, kind, message: kind === 'beforeunload' ? '' : 'Sure? '.repeat(200)});
      await toBe(view, () => part(view, 'dialog') !== null);
      await examine(kind);
      view.readOnly = true;
      await examine(`${kind}, only watched`);
      view.readOnly = false;
      connection.send({type: 'dialog_closed', id: kind});
      await toBe(view, () => part(view, 'dialog') === null);
    }
    for (const multiple of [false, true]) {
      connection.send({type: 'select', id: 'list', multiple, options, ...box});
      await toBe(view, () => part(view, 'dialog') !== null);
      await examine('drop-down');
      view.shadowRoot?.querySelector<HTMLElement>('.cancel')?.click();
      await toBe(view, () => part(view, 'dialog') === null);
    }
  });
});
