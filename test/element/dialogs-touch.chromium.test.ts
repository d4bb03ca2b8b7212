import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {cdp} from '../support/input-commands.js';
import {liveView} from '../support/interactive-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {part, toBe} from '../support/surroundings.js';

const FINGER_PX = 44;

const SCREENS = [{name: 'portrait', width: 390, height: 844}, {name: 'landscape', width: 844, height: 390}] as const;

describe("the session's dialogs and drop-downs under a finger", () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  const meta = Object.assign(document.createElement('meta'), {name: 'viewport', content: 'width=device-width, initial-scale=1, minimum-scale=1, maximum-scale=1'});

  before(async () => {
    document.head.append(meta);
    await cdp('Emulation.setTouchEmulationEnabled', {enabled: true, maxTouchPoints: 5});
  });

  after(async () => {
    meta.remove();
    await cdp('Emulation.setTouchEmulationEnabled', {enabled: false});
    await cdp('Emulation.clearDeviceMetricsOverride', {});
  });

  beforeEach(async () => {
    server = await PreviewServer.start();
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  async function onScreen({width, height}: {readonly width: number; readonly height: number}): Promise<void> {
    await cdp('Emulation.setDeviceMetricsOverride', {width, height, deviceScaleFactor: 1, mobile: true});
    ({view, connection} = await liveView(server, {viewport: {width: 1280, height: 720}, widthPx: width, controls: true}));
    view.lang = 'en';
    view.style.cssText += 'position: fixed; inset: 0';
  }

  /** The height that an on-screen keyboard leaves free. Undefined without a keyboard. */
  function setVisualHeight(heightPx: number | undefined): void {
    const visual = window.visualViewport;
    if (!visual) throw new Error('There is no visual viewport.');
    if (heightPx === undefined) Reflect.deleteProperty(visual, 'height');
    else Object.defineProperty(visual, 'height', {configurable: true, value: heightPx});
    visual.dispatchEvent(new Event('resize'));
  }

  for (const screen of SCREENS) {
    it(`have rows of 44 px in a drop-down, in ${screen.name}`, async () => {
      await onScreen(screen);
      const options = ['Austria', 'Belgium', 'Croatia'].map((label) => ({value: label, label, selected: false, disabled: false, group: label === 'Croatia' ? 'South' : 'North'}));
      connection.send({type: 'select', id: '1', multiple: false, options, x: 40, y: 20, width: 100, height: 20});
      await toBe(view, () => part(view, 'dialog') !== null);
      const rows = [...view.shadowRoot?.querySelectorAll('option') ?? []].map((row) => row.getBoundingClientRect().height);
      assert.lengthOf(rows, 3);
      for (const height of rows) assert.isAtLeast(height, FINGER_PX, String(rows));
    });

    it(`keep what is asked, and its field, above an on-screen keyboard, in ${screen.name}`, async () => {
      await onScreen(screen);
      const keyboardTopPx = screen.height / 2;
      view.focus();
      connection.send({type: 'dialog', id: '1', kind: 'prompt', message: 'Which name goes on the parcel?', defaultValue: 'Ada', origin: 'https://shop.example'});
      await toBe(view, () => view.shadowRoot?.activeElement?.localName === 'input');
      setVisualHeight(keyboardTopPx);
      try {
        await view.updateComplete;
        const bottomOf = (selector: string) => view.shadowRoot?.querySelector(selector)?.getBoundingClientRect().bottom ?? NaN;
        // In landscape, a keyboard leaves little more than the field. Its Enter key means OK.
        assert.isAtMost(bottomOf(screen.name === 'portrait' ? '[part=dialog]' : '[part=dialog] input'), keyboardTopPx);
        assert.isAtLeast(part(view, 'dialog')?.getBoundingClientRect().top ?? NaN, 0);
      } finally {
        setVisualHeight(undefined);
      }
    });
  }
});
