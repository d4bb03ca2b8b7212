import {assert} from 'chai';
import {sendKeys} from '@web/test-runner-commands';
import '../../src/index.js';
import type {ChaserLiveView, HandoffEvent} from '../../src/index.js';
import type {HandoffMessage, HandoffStatus} from '../../src/protocol.js';
import {quartersJpeg} from '../support/frames.js';
import {canvasOf, goLive, liveView} from '../support/interactive-view.js';
import {nextEvent, toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {part, partText, spoken, toBe} from '../support/surroundings.js';
import {TimerCount} from '../support/timers.js';

const INSTRUCTIONS = 'Solve the captcha, <b>then</b> press "Done".';

const asked = (id = 'hand_1', leftMs = 600_000): HandoffMessage =>
  ({type: 'handoff', id, instructions: INSTRUCTIONS, expires_at: new Date(Date.now() + leftMs).toISOString()});

describe('hand-over', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  let frame: ArrayBuffer;

  before(async () => {
    frame = await quartersJpeg();
  });

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server, {lang: 'en', widthPx: 640, frame}));
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  const strip = () => part(view, 'handoff');
  const find = (selector: string) => view.shadowRoot?.querySelector<HTMLElement>(`[part=handoff] ${selector}`) ?? null;
  const focused = () => view.shadowRoot?.activeElement ?? null;
  const ask = async (message = asked()) => {
    connection.send(message);
    await toBe(view, () => view.handoff?.id === message.id);
    await view.updateComplete;
  };
  const close = (status: HandoffStatus, id = 'hand_1') => connection.send({type: 'handoff_closed', id, status});
  const answers = async (count = 1) => {
    await server.until(() => connection.of('handoff').length >= count);
    return connection.of('handoff');
  };

  it('says what is asked as text, above the picture, which keeps its size; and says it once to a screen reader', async () => {
    const picture = () => canvasOf(view).getBoundingClientRect();
    // Without a strip, the picture has the element's size. WebKit was seen to lay it out 2 px higher.
    const before = view.getBoundingClientRect();
    await ask();
    assert.equal(find('#asked')?.textContent, INSTRUCTIONS);
    assert.include(spoken(view), INSTRUCTIONS);
    assert.isNull(find('b'), 'no markup');
    const box = strip()?.getBoundingClientRect();
    assert.isAtMost(box?.bottom ?? Infinity, picture().top, 'above');
    assert.deepEqual([picture().width, picture().height], [before.width, before.height]);
    assert.deepEqual(view.handoff, {id: 'hand_1', instructions: INSTRUCTIONS, expiresAt: view.handoff?.expiresAt});
    // A repeated request, for example on another socket, fires no event.
    let events = 0;
    view.addEventListener('handoff', () => events++);
    connection.send(asked());
    connection.send(asked('hand_2'));
    await toBe(view, () => view.handoff?.id === 'hand_2');
    assert.equal(events, 1);
  });

  it('is answered by a click; the button is dead until the server has heard, then it is said how it ended', async () => {
    await ask();
    find('.done')?.click();
    assert.deepEqual(await answers(), [{type: 'handoff', id: 'hand_1', status: 'done'}]);
    await view.updateComplete;
    assert.isNotNull(find('fieldset:disabled'));
    find('.done')?.click();
    const closed = nextEvent(view, 'handoffclosed');
    close('done');
    const {id, status} = await closed;
    assert.deepEqual([id, status], ['hand_1', 'done']);
    assert.isNull(view.handoff);
    await toBe(view, () => partText(view, 'handoff') === 'Done, thank you');
    assert.equal(spoken(view), 'Done, thank you');
    for (const animation of strip()?.getAnimations() ?? []) animation.finish();
    await toBe(view, () => strip() === null);
    assert.lengthOf(connection.of('handoff'), 1);
  });

  it('is answered by the keyboard alone: out of the picture to the button, a note on why not, and back', async () => {
    view.focus();
    await ask();
    assert.isNotNull(canvasOf(view).parentElement?.querySelector(':focus'), 'the picture keeps the keyboard');
    // WebKit's WebDriver presses keys one at a time.
    const isWebKit = navigator.userAgent.includes('AppleWebKit/605');
    if (isWebKit) find('.done')?.focus();
    for (const key of isWebKit ? [] : ['Control', 'Alt', 'Shift']) await sendKeys({down: key});
    for (const key of isWebKit ? [] : ['Shift', 'Alt', 'Control']) await sendKeys({up: key});
    await toBe(view, () => focused()?.matches('.done') ?? false);
    // A browser may leave buttons out of the tab order, as WebKit does by default.
    find('.cannot')?.focus();
    await sendKeys({press: 'Enter'});
    await toBe(view, () => focused()?.matches('[name=note]') ?? false);
    await sendKeys({press: 'Escape'});
    await toBe(view, () => focused()?.matches('.cannot') ?? false);
    await sendKeys({press: 'Enter'});
    await toBe(view, () => focused()?.matches('[name=note]') ?? false);
    await sendKeys({type: ' No picture. '});
    await sendKeys({press: 'Enter'});
    assert.deepEqual(await answers(), [{type: 'handoff', id: 'hand_1', status: 'failed', note: 'No picture.'}]);
    await toBe(view, () => focused()?.matches('[part=handoff]') ?? false);
    close('failed');
    await toBe(view, () => partText(view, 'handoff') === 'Given up');
    assert.deepEqual(connection.of('key').filter(({key}) => key === 'Enter' || key === 'N'), [], 'nothing of this was typed into the session');
  });

  it('says that it is over, whoever ended it', async () => {
    for (const [index, [status, words]] of ([['expired', 'The time is up'], ['canceled', 'No longer needed'], ['failed', 'Given up']] as const).entries()) {
      const id = `hand_${index}`;
      await ask(asked(id));
      close(status, id);
      await toBe(view, () => partText(view, 'handoff') === words);
      assert.equal(spoken(view), words);
    }
    const heard: string[] = [];
    view.addEventListener('handoffclosed', ({id}) => heard.push(id));
    view.addEventListener('handoff', ({id}) => heard.push(id));
    // A request that is over stays over. The end of an unknown one is reported to the page once.
    for (const id of ['hand_0', 'hand_9', 'hand_9']) close('canceled', id);
    connection.send(asked('hand_1'));
    await ask(asked('hand_last'));
    assert.deepEqual(heard, ['hand_9', 'hand_last']);
  });

  it('a page may show its own, and answers by the event', async () => {
    const event = new Promise<HandoffEvent>((resolve) => view.addEventListener('handoff', (each) => {
      each.preventDefault();
      resolve(each);
    }, {once: true}));
    connection.send(asked());
    const {id, instructions, expiresAt, respond} = await event;
    assert.deepEqual([id, instructions, expiresAt > new Date()], ['hand_1', INSTRUCTIONS, true]);
    await view.updateComplete;
    assert.isNull(strip());
    assert.notInclude(spoken(view), INSTRUCTIONS);
    respond('failed', 'x'.repeat(600));
    respond('done');
    assert.deepEqual(await answers(), [{type: 'handoff', id: 'hand_1', status: 'failed', note: 'x'.repeat(500)}]);
    const closed = nextEvent(view, 'handoffclosed');
    close('failed');
    await closed;
    await view.updateComplete;
    assert.isNull(strip());
    // The element shows the next request itself. A late answer to the first one is ignored.
    await ask(asked('hand_2'));
    respond('done');
    assert.isNotNull(strip());
    connection.send({type: 'page', url: 'about:blank', title: ''});
    await nextEvent(view, 'pagechange');
    assert.lengthOf(connection.of('handoff'), 1);
  });

  it('a view to watch with shows it without its buttons', async () => {
    view.readOnly = true;
    await ask();
    assert.isNull(find('button'));
    assert.equal(find('#asked')?.textContent, INSTRUCTIONS);
    view.readOnly = false;
    await toBe(view, () => find('.done') !== null);
  });

  it('the time left runs by the server\'s clock, and only where somebody sees it', async () => {
    const time = () => find('.time')?.textContent;
    const timers = new TimerCount();
    await ask(asked('hand_1', 65_400));
    assert.oneOf(time(), ['1:06', '1:05']);
    const shown = time();
    await toBe(view, () => time() !== shown);
    view.style.position = 'absolute';
    view.style.top = '-9999px';
    const element = find('.time');
    let writes = 0;
    const observer = new MutationObserver(() => writes++);
    await new Promise((resolve) => {
      const seen = new IntersectionObserver((entries) => entries.at(-1)?.isIntersecting === false && resolve(seen.disconnect()));
      if (element) seen.observe(element);
    });
    if (element) observer.observe(element, {childList: true, characterData: true, subtree: true});
    // Nothing that could write it is left running.
    await toBe(view, () => timers.intervals.length === 0);
    assert.isAtMost(writes, 1);
    view.style.top = '0';
    await toBe(view, () => writes > 1);
    assert.lengthOf(timers.intervals, 1);
    observer.disconnect();
    timers.stop();
  });

  it('stays after a reconnect that repeats it, and can be answered again', async () => {
    await ask();
    let events = 0;
    view.addEventListener('handoff', () => events++);
    find('.done')?.click();
    await answers();
    connection.terminate();
    await toState(view, 'reconnecting');
    assert.equal(view.handoff?.id, 'hand_1');
    const second = await server.connection(1);
    second.hello();
    second.send(asked());
    second.sendFrame(frame);
    await toState(view, 'live');
    await toBe(view, () => find('fieldset:enabled') !== null);
    find('.done')?.click();
    await server.until(() => second.of('handoff').length === 1);
    assert.equal(events, 0);
  });

  it('is over when the server does not know of it any more, when the session ends, and when the stream is given up', async () => {
    await ask();
    connection.terminate();
    await toState(view, 'reconnecting');
    const second = await server.connection(1);
    const forgotten = nextEvent(view, 'handoffclosed');
    await goLive(view, second, {frame});
    assert.isNull((await forgotten).status);
    assert.isNull(view.handoff);
    connection = second;
    await ask(asked('hand_2'));
    const ended = nextEvent(view, 'handoffclosed');
    second.close(4410, 'session_ended');
    assert.equal((await ended).status, 'session_ended');
    view.connect();
    connection = await server.connection(2);
    await goLive(view, connection, {frame});
    await ask(asked('hand_3'));
    const left = nextEvent(view, 'handoffclosed');
    view.disconnect();
    assert.isNull((await left).status);
    await view.updateComplete;
    assert.isNull(strip());
  });
});
