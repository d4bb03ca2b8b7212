import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {quartersJpeg} from '../support/frames.js';
import {nextEvent, placeView, toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {part, partText, spoken, toBe} from '../support/surroundings.js';

describe('a notice of what no picture shows', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;

  beforeEach(async () => {
    server = await PreviewServer.start();
    view = placeView({lang: 'en'});
    view.src = server.url;
    connection = await server.connection();
    connection.hello();
    connection.sendFrame(await quartersJpeg());
    await toState(view, 'live');
    await toBe(view, () => spoken(view) === 'Live');
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  const notice = (code: string) => connection.send({type: 'error', code, message: 'In the words of the server'});
  const words = () => partText(view, 'notice');
  /** Ends the time for which the notice is shown. */
  const end = () => part(view, 'notice')?.getAnimations().forEach((animation) => animation.finish());

  it('is a line over the picture and is spoken, beside the event, and goes by itself', async () => {
    const heard = nextEvent(view, 'error');
    notice('permission_declined');
    assert.equal((await heard).error.code, 'session_notice');
    await toBe(view, () => words() === 'The page asked for a permission, which was refused');
    assert.equal(spoken(view), words());
    const line = part(view, 'notice');
    if (!line) throw new Error('There is no notice.');
    const [box, stage] = [line.getBoundingClientRect(), view.getBoundingClientRect()];
    assert.isTrue(box.left >= stage.left && box.right <= stage.right && box.top >= stage.top && box.bottom <= stage.bottom);
    assert.equal(getComputedStyle(line).pointerEvents, 'none', 'what is below it can be clicked');
    const lifeMs = Math.max(...line.getAnimations().map(({effect}) => Number(effect?.getComputedTiming().endTime)));
    assert.isTrue(lifeMs >= 5000 && lifeMs <= 10_000, `${lifeMs}`);
    end();
    await toBe(view, () => part(view, 'notice') === null);
    assert.equal(spoken(view), '', 'the same can be said again');
  });

  it('is there for as long again when the same thing happens again, and makes way for another', async () => {
    notice('file_chooser_declined');
    await toBe(view, () => words().startsWith('The page asked for a file'));
    const first = part(view, 'notice');
    notice('file_chooser_declined');
    await toBe(view, () => part(view, 'notice') !== first);
    notice('program_declined');
    await toBe(view, () => words().startsWith('The link leads to another program'));
    assert.lengthOf(view.shadowRoot?.querySelectorAll('[part=notice]') ?? [], 1);
    assert.equal(spoken(view), words());
  });

  it('is in the page\'s language, for unknown codes too, and never shows the server\'s text', async () => {
    view.lang = 'de';
    notice('download_declined');
    await toBe(view, () => words() === 'Die Seite bot einen Download an, der nicht angenommen wurde');
    view.lang = 'en';
    notice('moon_phase');
    await toBe(view, () => words() === 'Something happened in the session that can’t be shown here');
    notice('ok');
    await view.updateComplete;
    assert.notInclude(view.shadowRoot?.textContent ?? '', 'words of the server');
    assert.equal(words(), 'Something happened in the session that can’t be shown here');
  });

  it('is not about a message that was refused, and not there any more once the connection is lost', async () => {
    const refused = nextEvent(view, 'error');
    notice('rate_limited');
    assert.equal((await refused).error.code, 'input_refused');
    await view.updateComplete;
    assert.isNull(part(view, 'notice'));
    notice('page_crashed');
    await toBe(view, () => part(view, 'notice') !== null);
    connection.terminate();
    await toState(view, 'reconnecting');
    await toBe(view, () => part(view, 'notice') === null);
  });
});
