import {assert} from 'chai';
import {emulateMedia, sendKeys} from '@web/test-runner-commands';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {COLOURS, plainJpeg} from '../support/frames.js';
import {cdp} from '../support/input-commands.js';
import {liveView} from '../support/interactive-view.js';
import {nextEvent} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {part, toBe} from '../support/surroundings.js';

describe('the control bar, with what only the DevTools protocol can bring about', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server, {lang: 'en', widthPx: 480, controls: true}));
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  const button = (name: string) => view.shadowRoot?.querySelector<HTMLButtonElement>(`[part=controls] .${name}`) ?? null;
  const press = async (name: string) => {
    button(name)?.focus();
    await sendKeys({press: 'Enter'});
  };

  it('fills the screen, with every key for the session, and comes back', async () => {
    const keyboard: unknown = Reflect.get(navigator, 'keyboard');
    if (typeof keyboard !== 'object' || keyboard === null) throw new Error('There is no Keyboard Lock here.');
    let locks = 0;
    Reflect.set(keyboard, 'lock', async () => void locks++);
    try {
      await press('fullScreen');
      await toBe(view, () => view.matches(':fullscreen') && locks === 1);
      const [picture, bar] = [part(view, 'canvas'), part(view, 'controls')].map((each) => each?.getBoundingClientRect());
      assert.closeTo(picture?.bottom ?? 0, bar?.top ?? NaN, 1, 'nothing is covered');
      assert.closeTo(bar?.bottom ?? 0, innerHeight, 1);
      await press('fullScreen');
      await toBe(view, () => !view.matches(':fullscreen'));
    } finally {
      Reflect.deleteProperty(keyboard, 'lock');
    }
  });

  it('puts the picture into a window of its own, which goes on while the element is out of sight and its page hidden', async () => {
    const {requestPictureInPicture} = HTMLVideoElement.prototype;
    let open = () => {};
    const opened = new Promise<PictureInPictureWindow>((resolve) => open = () => resolve(Object.create(PictureInPictureWindow.prototype)));
    const shown = new Promise<HTMLVideoElement>((resolve) => {
      HTMLVideoElement.prototype.requestPictureInPicture = function () {
        resolve(this);
        return opened;
      };
    });
    await press('pictureInPicture');
    const video = await shown;
    HTMLVideoElement.prototype.requestPictureInPicture = requestPictureInPicture;
    assert.deepEqual([video.videoWidth, video.videoHeight], [320, 180]);
    const {srcObject} = video;
    assert.instanceOf(srcObject, MediaStream);
    const flow = () => connection.messages.flatMap(({type}) => type === 'pause' || type === 'resume' ? [type] : []);
    const show = async () => {
      const seen = nextEvent(view, 'frame');
      connection.sendFrame(await plainJpeg(COLOURS.topRight));
      await seen;
    };
    setVisibility('hidden');
    try {
      await server.until(() => flow().length === 1);
      const pings = connection.of('ping').length;
      open();
      await server.until(() => flow().length === 2 && connection.of('ping').length > pings);
      await show();
    } finally {
      setVisibility(undefined);
    }
    view.style.marginTop = '9000px';
    await outOfView(view);
    await show();
    assert.deepEqual(flow(), ['pause', 'resume']);
    video.dispatchEvent(new Event('leavepictureinpicture'));
    await server.until(() => flow().length === 3);
    assert.equal(srcObject instanceof MediaStream && srcObject.getTracks()[0]?.readyState, 'ended');
  });

  it('has a keyboard button where there is a finger', async () => {
    assert.equal(button('keyboard')?.offsetHeight, 0);
    await cdp('Emulation.setEmulatedMedia', {features: [{name: 'any-pointer', value: 'coarse'}]});
    await cdp('Emulation.setTouchEmulationEnabled', {enabled: true});
    try {
      await toBe(view, () => (button('keyboard')?.offsetHeight ?? 0) >= 44);
      button('keyboard')?.click();
      await toBe(view, () => view.shadowRoot?.querySelector('textarea')?.inputMode === 'text');
    } finally {
      await cdp('Emulation.setTouchEmulationEnabled', {enabled: false});
      await cdp('Emulation.setEmulatedMedia', {features: []});
    }
  });

  it('is still to be told apart in forced colours, and stands still where motion is unwanted', async () => {
    connection.send({type: 'dialog', id: '1', kind: 'confirm', message: 'Sure?'});
    await toBe(view, () => part(view, 'dialog') !== null);
    await emulateMedia({forcedColors: 'active', reducedMotion: 'reduce'});
    try {
      const ok = view.shadowRoot?.querySelector('.ok');
      for (const [what, each] of [['button', ok], ['dialog', part(view, 'dialog')]] as const) {
        const {borderTopColor, borderTopStyle} = getComputedStyle(each ?? view);
        assert.notEqual(borderTopColor, 'rgba(0, 0, 0, 0)', what);
        assert.equal(borderTopStyle, 'solid', `a ${what} has an edge`);
      }
      view.paused = true;
      await toBe(view, () => part(view, 'overlay') !== null);
      assert.equal(getComputedStyle(part(view, 'overlay') ?? view).animationDuration, '0.001s');
    } finally {
      await emulateMedia({forcedColors: 'none', reducedMotion: 'no-preference'});
    }
  });

  it("shows the session's own pointer, and loads nothing for it", async () => {
    const cursor = () => part(view, 'canvas')?.style.cursor;
    connection.send({type: 'cursor', cursor: 'grab'});
    await toBe(view, () => cursor() === 'grab');
    connection.send({type: 'cursor', cursor: 'url(https://elsewhere.example/x.png), auto'});
    await toBe(view, () => cursor() === '');
    connection.send({type: 'cursor', cursor: 'none'});
    await toBe(view, () => cursor() === 'none');
    connection.send({type: 'cursor', cursor: 'bogus'});
    await toBe(view, () => cursor() === '');
    connection.send({type: 'cursor', cursor: 'text'});
    await toBe(view, () => cursor() === 'text');
    view.readOnly = true;
    await toBe(view, () => cursor() === '');
  });
});

function setVisibility(state: DocumentVisibilityState | undefined): void {
  if (state) Object.defineProperty(document, 'visibilityState', {configurable: true, value: state});
  else Reflect.deleteProperty(document, 'visibilityState');
  document.dispatchEvent(new Event('visibilitychange'));
}

/** Resolves once the browser has reported that an element is scrolled away, also to the element's own observer. */
function outOfView(element: Element): Promise<void> {
  return new Promise((resolve) => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.at(-1)?.isIntersecting !== false) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(element);
  });
}
