import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView, LiveViewState} from '../../src/index.js';
import {quartersJpeg} from '../support/frames.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {nextEvent, placeView, toState} from '../support/live-view.js';
import {part, partText, spoken, toBe} from '../support/surroundings.js';

const GONE = 4410;
const TOKEN_REJECTED = 4401;
const FORBIDDEN = 4403;

describe('the overlay', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let jpeg: ArrayBuffer;

  before(async () => {
    jpeg = await quartersJpeg();
  });

  beforeEach(async () => {
    server = await PreviewServer.start();
    view = placeView({lang: 'en'});
    await view.updateComplete;
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  async function goLive(index = 0): Promise<Connection> {
    if (index === 0) view.src = server.url;
    const connection = await server.connection(index);
    connection.hello();
    connection.sendFrame(jpeg);
    await toState(view, 'live');
    await view.updateComplete;
    return connection;
  }

  it('says each state in words, with the one thing to do about it', async () => {
    assert.equal(partText(view, 'status'), 'No session');
    assert.isNull(part(view, 'button'), 'nothing to connect to');

    view.src = server.url;
    await toState(view, 'connecting');
    await toBe(view, () => partText(view, 'status') === 'Connecting…');
    const connection = await goLive();
    assert.isNull(part(view, 'overlay'), 'a live picture has nothing in front of it');

    connection.terminate();
    await toState(view, 'reconnecting');
    await toBe(view, () => partText(view, 'status') === 'Reconnecting…');
    assert.isNull(part(view, 'button'), 'it comes back by itself');

    (await server.connection(1)).close(FORBIDDEN);
    await toState(view, 'failed');
    for (const words of [location.origin, 'CHASER_ALLOWED_ORIGINS']) assert.include(view.error?.message, words);
    await toBe(view, () => partText(view, 'status') === 'Can’t be shown' && part(view, 'button')?.textContent === 'Try again');
    part(view, 'button')?.click();
    await toState(view, 'connecting');

    (await server.connection(2)).close(GONE);
    await toState(view, 'ended');
    await toBe(view, () => partText(view, 'status') === 'The session has ended');
    assert.isNull(part(view, 'button'));
  });

  it('offers to resume an expired view where a token can be minted, else says what to do', async () => {
    view.src = server.url;
    (await server.connection()).close(TOKEN_REJECTED);
    await toState(view, 'expired');
    await toBe(view, () => partText(view, 'status') === 'Access has expired Reload the page');
    assert.isNull(part(view, 'button'));

    view.tokenProvider = () => new Promise(() => {});
    await toState(view, 'connecting');
    view.disconnect();
    await toBe(view, () => part(view, 'button')?.textContent === 'Resume');
  });

  it('holds a paused picture until the person resumes it', async () => {
    await goLive();
    view.paused = true;
    await toBe(view, () => partText(view, 'status') === 'Paused');
    part(view, 'button')?.click();
    await toBe(view, () => part(view, 'overlay') === null);
    assert.isFalse(view.paused);
  });

  it('leaves the last picture on and takes input while it has stalled', async () => {
    const connection = await goLive();
    // One ping is answered, so the element expects an answer to the next.
    const {t} = await server.until(() => connection.of('ping')[0]);
    connection.send({type: 'pong', t});
    await toState(view, 'stalled');
    await toBe(view, () => part(view, 'overlay') !== null);
    const overlay = part(view, 'overlay');
    assert.equal(overlay && getComputedStyle(overlay).pointerEvents, 'none');
    const box = view.getBoundingClientRect();
    const hit = view.shadowRoot?.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    assert.equal(hit?.localName, 'canvas', 'clicks reach the picture');
  });

  it('shows and announces nothing about short interruptions', async () => {
    const connection = await goLive();
    await toBe(view, () => spoken(view) === 'Live');
    connection.terminate();
    await toState(view, 'reconnecting');
    await toBe(view, () => part(view, 'overlay') !== null);
    const overlay = part(view, 'overlay');
    const [animation] = overlay?.getAnimations() ?? [];
    assert.equal(animation?.effect?.getComputedTiming().delay, 300);
    assert.equal(animation?.effect?.getComputedTiming().fill, 'both');
    animation?.pause();
    if (animation) animation.currentTime = 299;
    assert.equal(overlay && getComputedStyle(overlay).opacity, '0');
    assert.equal(spoken(view), 'Live');
    await goLive(1);
    assert.equal(spoken(view), 'Live');
  });

  it('speaks once of a break that lasts, and once of its end', async () => {
    const connection = await goLive();
    await toBe(view, () => spoken(view) === 'Live');
    const heard: string[] = [];
    const region = view.shadowRoot?.querySelector('[role=status]');
    if (!region) throw new Error('There is no live region.');
    const observer = new MutationObserver(() => heard.push(spoken(view)));
    observer.observe(region, {childList: true, characterData: true, subtree: true});
    connection.terminate();
    await toBe(view, () => spoken(view) === 'Reconnecting…');
    // Another attempt that is refused is not announced again.
    (await server.connection(1)).terminate();
    await goLive(2);
    await toBe(view, () => spoken(view) === 'Live');
    observer.disconnect();
    assert.deepEqual(heard, ['Reconnecting…', 'Live']);
  });

  it("shows and speaks the page's own words where it has some", async () => {
    const words = document.createElement('p');
    words.slot = 'ended';
    words.textContent = 'Thank you, that was all.';
    view.append(words);
    const connection = await goLive();
    assert.equal(words.offsetHeight, 0, 'not before');
    connection.close(GONE);
    await toState(view, 'ended');
    await toBe(view, () => spoken(view) === 'Thank you, that was all.');
    assert.isAbove(words.offsetHeight, 0);
    assert.equal(part(view, 'status')?.offsetHeight, 0, "the element's words are replaced");
  });

  it('is its state as a custom state, at the event already', async () => {
    const seen: [LiveViewState, boolean][] = [];
    view.addEventListener('statechange', ({state, previousState}) => {
      seen.push([state, view.matches(`:state(${state})`) && !view.matches(`:state(${previousState})`)]);
    });
    const connection = await goLive();
    connection.close(GONE);
    await toState(view, 'ended');
    assert.deepEqual(seen, [['connecting', true], ['live', true], ['ended', true]]);
  });

  it('does not render for a frame', async () => {
    const connection = await goLive();
    let renders = 0;
    view.addController({hostUpdated: () => renders++});
    await view.updateComplete;
    renders = 0;
    for (let frame = 0; frame < 20; frame++) {
      connection.sendFrame(jpeg);
      await nextEvent(view, 'frame');
    }
    assert.equal(renders, 0);
  });
});
