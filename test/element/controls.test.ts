import {assert} from 'chai';
import {sendKeys, sendMouse} from '@web/test-runner-commands';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {quartersJpeg} from '../support/frames.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {placeView, toState} from '../support/live-view.js';
import {part, partText, spoken, toBe} from '../support/surroundings.js';

describe('the control bar, and who has the keyboard', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let jpeg: ArrayBuffer;

  before(async () => {
    jpeg = await quartersJpeg();
  });

  beforeEach(async () => {
    server = await PreviewServer.start();
    view = placeView({lang: 'en', widthPx: 480, controls: true});
    await view.updateComplete;
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  async function goLive(hello: {readonly input_enabled?: boolean} = {}): Promise<Connection> {
    view.src = server.url;
    const connection = await server.connection();
    connection.hello(hello);
    connection.sendFrame(jpeg);
    await toState(view, 'live');
    await view.updateComplete;
    return connection;
  }

  const button = (name: string) => view.shadowRoot?.querySelector<HTMLButtonElement>(`[part=controls] .${name}`) ?? null;
  const buttons = () => [...view.shadowRoot?.querySelectorAll<HTMLButtonElement>('[part=controls] button') ?? []];
  const canvas = () => part(view, 'canvas');
  const hint = () => view.shadowRoot?.querySelector<HTMLElement>('#hint') ?? null;

  it('is there only when asked for', async () => {
    view.controls = false;
    await view.updateComplete;
    assert.isNull(part(view, 'controls'));
  });

  it('is below the picture, and covers none of it', async () => {
    await goLive();
    const picture = canvas()?.getBoundingClientRect();
    const bar = part(view, 'controls')?.getBoundingClientRect();
    assert.closeTo(bar?.top ?? 0, picture?.bottom ?? 0, 0.5);
    assert.closeTo(bar?.bottom ?? 0, view.getBoundingClientRect().bottom, 0.5);
    assert.closeTo((picture?.width ?? 0) / (picture?.height ?? 1), 320 / 180, 0.01);
  });

  it('has targets of 44 px for a finger', async () => {
    await goLive();
    for (const each of buttons().filter(({offsetHeight}) => offsetHeight > 0)) {
      assert.isAtLeast(each.offsetHeight, 44, each.textContent);
      assert.isAtLeast(each.offsetWidth, 44, each.textContent);
    }
  });

  it('wraps in a narrow place: each button is whole and to be clicked, and none is over the picture', async () => {
    view.style.width = '240px';
    await goLive();
    const [picture, bar] = [canvas(), part(view, 'controls')].map((each) => each?.getBoundingClientRect());
    if (!picture || !bar) throw new Error('There is no bar.');
    assert.isAtLeast(bar.top, picture.bottom - 0.5);
    const shown = buttons().filter(({offsetHeight}) => offsetHeight > 0);
    const words = document.createRange();
    for (const each of shown) {
      words.selectNodeContents(each.querySelector('span') ?? each);
      assert.lengthOf(words.getClientRects(), 1, `${each.textContent} is on one line`);
      assert.isAtMost(words.getBoundingClientRect().width, each.clientWidth, each.textContent);
      const {left, right, top, bottom} = each.getBoundingClientRect();
      assert.isTrue(left >= bar.left && right <= bar.right && top >= bar.top && bottom <= bar.bottom, each.textContent);
      assert.isTrue(view.shadowRoot?.elementFromPoint((left + right) / 2, (top + bottom) / 2) === each, each.textContent);
    }
  });

  it('says the state and, once a ping was answered, how long it took', async () => {
    assert.match(partText(view, 'controls'), /^No session/);
    const connection = await goLive();
    assert.match(partText(view, 'controls'), /^Live(?! ·)/);
    const {t} = await server.until(() => connection.of('ping')[0]);
    connection.send({type: 'pong', t});
    await toBe(view, () => /^Live · \d+ ms/.test(partText(view, 'controls')));
  });

  it('toggles read-only', async () => {
    const changes: boolean[] = [];
    view.addEventListener('inputchange', ({inputEnabled}) => changes.push(inputEnabled));
    await goLive();
    button('watchOnly')?.click();
    await toBe(view, () => button('takeControl') !== null);
    assert.isTrue(view.readOnly);
    button('takeControl')?.click();
    await toBe(view, () => button('watchOnly') !== null);
    assert.deepEqual(changes, [true, false, true]);
  });

  it('offers no control that the token does not give', async () => {
    await goLive({input_enabled: false});
    assert.isNull(button('takeControl'));
    assert.isNull(button('watchOnly'));
    assert.isNull(button('keyboard'));
  });

  it('is walked through by keyboard alone, after the picture', async () => {
    view.readOnly = true;
    await goLive();
    canvas()?.focus();
    const seen: (string | null)[] = [];
    for (const each of buttons().filter(({offsetHeight}) => offsetHeight > 0)) {
      await sendKeys({press: 'Tab'});
      seen.push(view.shadowRoot?.activeElement?.textContent ?? null);
      assert.isTrue(view.shadowRoot?.activeElement === each);
      assert.equal(getComputedStyle(each).opacity, '1');
      assert.notEqual(getComputedStyle(each).outlineStyle, 'none', 'the focus is seen');
    }
    assert.includeMembers(seen, ['Take control', 'Screenshot']);
    button('takeControl')?.focus();
    await sendKeys({press: 'Enter'});
    await toBe(view, () => !view.readOnly);
  });

  it('saves what is seen', async () => {
    await goLive();
    const saved = new Promise<HTMLAnchorElement>((resolve) => {
      HTMLAnchorElement.prototype.click = function () { resolve(this); };
    });
    button('screenshot')?.click();
    const {href, download} = await saved;
    Reflect.deleteProperty(HTMLAnchorElement.prototype, 'click');
    assert.match(href, /^blob:/);
    assert.equal(download, 'screenshot');
  });

  it("takes the page's own things", async () => {
    const own = document.createElement('button');
    own.slot = 'controls';
    own.textContent = 'Done';
    view.append(own);
    await view.updateComplete;
    const [bar, box] = [part(view, 'controls'), own].map((each) => each?.getBoundingClientRect());
    assert.isAtLeast(box?.top ?? 0, bar?.top ?? 0);
    assert.isAbove(own.offsetWidth, 0);
  });

  it('says with a ring and in words that the session has the keyboard, and how to leave', async () => {
    await goLive();
    const ring = hint()?.parentElement;
    assert.equal(ring?.offsetHeight, 0);
    canvas()?.focus();
    assert.isAbove(ring?.offsetHeight ?? 0, 0);
    assert.equal(ring && getComputedStyle(ring).outlineStyle, 'solid');
    assert.equal(ring && getComputedStyle(ring).pointerEvents, 'none');
    assert.equal(hint()?.textContent, 'Keyboard in session · Ctrl+Alt+Shift: leave');
    assert.equal(canvas()?.getAttribute('aria-describedby'), 'hint', 'and to a screen reader');
    view.readOnly = true;
    await toBe(view, () => hint()?.textContent === 'Watch only');
  });

  it('does not say that it only watches to who types while the connection is on its way back', async () => {
    const connection = await goLive();
    canvas()?.focus();
    connection.terminate();
    await toState(view, 'reconnecting');
    await toBe(view, () => spoken(view) === 'Reconnecting…');
    await sendKeys({press: 'a'});
    assert.equal(spoken(view), 'Reconnecting…');
    assert.notEqual(hint()?.textContent, 'Watch only');
    view.readOnly = true;
    await view.updateComplete;
    await sendKeys({press: 'a'});
    assert.equal(spoken(view), 'Watch only', 'where it is so');
  });

  it('a click on a watch-only view shows that it is watch-only', async () => {
    view.readOnly = true;
    await goLive();
    await toBe(view, () => spoken(view) === 'Live');
    const box = canvas()?.getBoundingClientRect();
    await sendMouse({type: 'click', position: [Math.round((box?.x ?? 0) + 20), Math.round((box?.y ?? 0) + 20)]});
    await toBe(view, () => spoken(view) === 'Watch only');
    await toBe(view, () => getComputedStyle(hint() ?? view).opacity === '1');
    assert.isAbove(hint()?.offsetHeight ?? 0, 0);
  });

  it('says when a screenshot or full screen is not possible, without an unhandled rejection', async () => {
    const rejections: unknown[] = [];
    const note = ({reason}: PromiseRejectionEvent) => rejections.push(reason);
    addEventListener('unhandledrejection', note);
    try {
      const notice = () => view.shadowRoot?.querySelector('[part=notice]')?.textContent ?? '';
      view.shadowRoot?.querySelector<HTMLElement>('.screenshot')?.click();
      await toBe(view, () => notice() === 'Not possible here');
      await goLive();
      view.requestFullscreen = () => Promise.reject(new TypeError('Not in this frame.'));
      view.shadowRoot?.querySelector<HTMLElement>('.fullScreen')?.click();
      await toBe(view, () => notice() === 'Not possible here');
      assert.isEmpty(rejections);
    } finally {
      removeEventListener('unhandledrejection', note);
    }
  });
});
