import {assert} from 'chai';
import {sendKeys} from '@web/test-runner-commands';
import '../../src/index.js';
import type {ChaserLiveView, FileChooserEvent} from '../../src/index.js';
import {CLOSE_CODE} from '../../src/protocol.js';
import type {FileChooserMessage} from '../../src/protocol.js';
import {quartersJpeg} from '../support/frames.js';
import {canvasOf, goLive, liveView} from '../support/interactive-view.js';
import {nextEvent, placeView, toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {part, partText, spoken, toBe} from '../support/surroundings.js';

const KIB = 1024;
const chooser = (id: string, more: Partial<FileChooserMessage> = {}): FileChooserMessage => ({type: 'file_chooser', id, multiple: false, accept: '', ...more});

/** A file of this size without repeated parts. */
function fileOf(name: string, size: number, type = ''): File {
  return new File([Uint8Array.from({length: size}, (_, index) => (index * 31 + (index >> 8) * 7) & 255)], name, {type});
}

/** A file that was deleted after it was chosen. */
class GoneFile extends File {
  override slice(): Blob {
    return this;
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.reject(new DOMException('It is gone.', 'NotFoundError'));
  }
}

describe("the session's file choosers", () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  let frame: ArrayBuffer;

  before(async () => {
    frame = await quartersJpeg();
  });

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server, {lang: 'en', widthPx: 640, frame, features: ['files']}));
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  const find = <Kind extends HTMLElement>(selector: string) => view.shadowRoot?.querySelector<Kind>(`.cover ${selector}`) ?? null;
  const picker = () => find<HTMLInputElement>('[type=file]');
  const open = async (message: FileChooserMessage, by = connection) => {
    by.send(message);
    await toBe(view, () => part(view, 'dialog') !== null && find('fieldset:disabled') === null);
  };
  /** Does what the person's file picker does after a choice. */
  const choose = (...files: readonly File[]) => {
    const input = picker();
    const data = new DataTransfer();
    for (const file of files) data.items.add(file);
    if (!input) throw new Error('There is no picker.');
    input.files = data.files;
    input.dispatchEvent(new Event('change'));
  };
  const drop = (...files: readonly File[]) => {
    const dataTransfer = new DataTransfer();
    for (const file of files) dataTransfer.items.add(file);
    canvasOf(view).dispatchEvent(new DragEvent('drop', {bubbles: true, composed: true, cancelable: true, dataTransfer}));
  };
  const answer = (by = connection) => server.until(() => by.of('file_chooser')[0]);
  /** The bytes between the nth announcement of a file and the next. */
  const bytesOf = async (index: number, by = connection): Promise<Uint8Array> => {
    const announced = by.of('file')[index];
    const start = announced ? by.arrivals.indexOf(announced) + 1 : by.arrivals.length;
    const next = by.of('file')[index + 1];
    const pieces = by.arrivals.slice(start, next && by.arrivals.indexOf(next)).filter((arrival) => arrival instanceof Uint8Array);
    return new Uint8Array(await new Blob(pieces).arrayBuffer());
  };
  const isSame = async (bytes: Uint8Array, file: Blob) => {
    const wanted = new Uint8Array(await file.arrayBuffer());
    return bytes.length === wanted.length && bytes.every((byte, index) => byte === wanted[index]);
  };

  it('ask the person, whose files go to the page whole and in their order; the keyboard goes back to the picture', async () => {
    view.focus();
    await open(chooser('1', {multiple: true, accept: 'image/*,.pdf'}));
    assert.equal(partText(view, 'dialog'), 'The page asks for a file Choose Cancel');
    assert.deepEqual([part(view, 'dialog')?.getAttribute('role'), find('#message')?.textContent], ['alertdialog', 'The page asks for a file']);
    assert.deepEqual([picker()?.multiple, picker()?.accept], [true, 'image/*,.pdf']);
    assert.isTrue(view.shadowRoot?.activeElement === find('.choose'));
    const files = [fileOf('photo é.jpg', 700 * KIB, 'image/jpeg'), fileOf('empty', 0), fileOf('b.txt', 5, 'text/plain')];
    choose(...files);
    assert.deepEqual(await answer(), {type: 'file_chooser', id: '1', done: true});
    assert.deepEqual(connection.of('file'), files.map(({name, size, type}) => ({type: 'file', id: '1', name, size, mime: type})));
    for (const [index, file] of files.entries()) assert.isTrue(await isSame(await bytesOf(index), file), file.name);
    for (const piece of connection.arrivals) if (piece instanceof Uint8Array) assert.isAtMost(piece.length, 1024 * KIB);
    connection.send({type: 'file_chooser_closed', id: '1'});
    await toBe(view, () => part(view, 'dialog') === null);
    assert.isTrue(canvasOf(view).parentElement?.contains(view.shadowRoot?.activeElement ?? null));
  });

  it("open the person's own picker by a click, by Enter and by a tap alike, and only after a moment", async () => {
    view.focus();
    connection.send(chooser('1'));
    await toBe(view, () => picker() !== null);
    let count = 0;
    picker()?.addEventListener('click', (event) => {
      event.preventDefault();
      count++;
    });
    find('.choose')?.click();
    assert.equal(count, 0, 'too early');
    await toBe(view, () => find('fieldset:disabled') === null);
    find('.choose')?.click();
    assert.equal(count, 1);
    await sendKeys({press: 'Enter'});
    assert.equal(count, 2);
    assert.isEmpty(connection.of('key'));
  });

  it('are canceled by the button, by Escape, and while files are on their way', async () => {
    view.focus();
    await open(chooser('1'));
    find('.cancel')?.click();
    await open(chooser('2'));
    await sendKeys({press: 'Escape'});
    await open(chooser('3'));
    choose(fileOf('large', 3 * 1024 * KIB));
    await toBe(view, () => find('progress') !== null);
    assert.isNull(find('.choose'));
    find('.cancel')?.click();
    await server.until(() => connection.of('file_chooser').length === 3);
    assert.deepEqual(connection.of('file_chooser').filter((message) => 'done' in message), []);
    await toBe(view, () => part(view, 'dialog') === null);
    // The next chooser works like the first.
    await open(chooser('4'));
    assert.isNull(find('progress'));
    choose(fileOf('small', 3));
    await server.until(() => connection.of('file_chooser').some((message) => 'done' in message && message.id === '4'));
  });

  it('show how far the files are, as the server answers', async () => {
    await open(chooser('1', {multiple: true}));
    choose(fileOf('first', 600 * KIB), fileOf('second', 200 * KIB));
    await answer();
    assert.equal(find<HTMLProgressElement>('progress')?.value, 0);
    server.answersPings = true;
    const ping = connection.messages.findLast(({type}) => type === 'ping');
    if (ping?.type === 'ping') connection.send({type: 'pong', t: ping.t});
    await toBe(view, () => find<HTMLProgressElement>('progress')?.value === 1);
    assert.equal(find('progress')?.getAttribute('aria-labelledby'), 'message');
  });

  it('take what is dropped on the view, of which one is enough for a page that wants one', async () => {
    await open(chooser('1'));
    drop(fileOf('one', 10), fileOf('two', 10));
    await answer();
    assert.deepEqual(connection.of('file').map(({name}) => name), ['one']);
    assert.isNull(part(view, 'notice'));
    connection.send({type: 'file_chooser_closed', id: '1'});
    await toBe(view, () => part(view, 'dialog') === null);
    drop(fileOf('three', 10));
    await toBe(view, () => partText(view, 'notice') === 'Files can’t be dropped here');
  });

  it('are left to a page that cancels the event; its first answer counts, and no file is a cancel', async () => {
    const events: FileChooserEvent[] = [];
    view.addEventListener('filechooser', (event) => {
      event.preventDefault();
      events.push(event);
    });
    connection.send(chooser('1', {accept: '.png'}));
    connection.send(chooser('2', {multiple: true}));
    await toBe(view, () => events.length === 2);
    assert.isNull(part(view, 'dialog'));
    assert.deepEqual(events.map(({multiple, accept, bubbles}) => [multiple, accept, bubbles]), [[false, '.png', false], [true, '', false]]);
    events[0]?.respond([]);
    events[0]?.respond([fileOf('late', 5)]);
    events[1]?.respond(new Set([fileOf('a', 5), fileOf('b', 5)]));
    events[1]?.respond([]);
    await server.until(() => connection.of('file_chooser').length === 2);
    assert.deepEqual(connection.of('file_chooser'), [{type: 'file_chooser', id: '1', cancel: true}, {type: 'file_chooser', id: '2', done: true}]);
    assert.deepEqual(connection.of('file').map(({name}) => name), ['a', 'b']);
  });

  /** Ways in which a connection ends during an upload. After each, the view reconnects. */
  const ends: Readonly<Record<string, () => Promise<void>>> = {
    'one that was lost': async () => {
      const reconnecting = toState(view, 'reconnecting');
      connection.terminate();
      await reconnecting;
    },
    'one whose token has expired': async () => connection.close(CLOSE_CODE.tokenRejected),
  };
  for (const [what, end] of Object.entries(ends)) it(`go on over another connection, after ${what}, from there on what the server is known to have`, async () => {
    view.remove();
    view = placeView({lang: 'en', widthPx: 640});
    view.tokenProvider = async () => server.token(300_000);
    connection = await server.connection(1);
    await goLive(view, connection, {frame, features: ['files']});
    const files = [fileOf('first', 0), fileOf('second', 900 * KIB), fileOf('third', 300 * KIB)];
    await open(chooser('1', {multiple: true}));
    choose(...files);
    await answer();
    const [, announced] = connection.of('file');
    const {arrivals} = connection;
    const start = announced ? arrivals.indexOf(announced) : 0;
    const ping = arrivals.slice(start).find((arrival) => !(arrival instanceof Uint8Array) && arrival.type === 'ping');
    if (!ping || ping instanceof Uint8Array || ping.type !== 'ping') throw new Error('Nothing asks how far it is.');
    const had = arrivals.slice(start, arrivals.indexOf(ping)).reduce((sum, arrival) => sum + (arrival instanceof Uint8Array ? arrival.length : 0), 0);
    connection.send({type: 'pong', t: ping.t});
    await toBe(view, () => (find<HTMLProgressElement>('progress')?.value ?? 0) > 0);
    await end();
    const next = await server.connection(2);
    await goLive(view, next, {frame, features: ['files']});
    next.send(chooser('1', {multiple: true}));
    assert.deepEqual(await answer(next), {type: 'file_chooser', id: '1', done: true});
    assert.isAbove(had, 0);
    const [second, third] = next.of('file');
    assert.deepInclude(second, {name: 'second', size: 900 * KIB, offset: had});
    assert.deepInclude(third, {name: 'third', offset: 0});
    assert.isTrue(await isSame(await bytesOf(0, next), files[1]?.slice(had) ?? new Blob()));
    assert.isTrue(await isSame(await bytesOf(1, next), files[2] ?? new Blob()));
    assert.isNull(find('.choose'), 'the person is not asked again');
  });

  it('say so where a file can’t be read; the person is asked again, and may cancel', async () => {
    // Tested on the page, because a worker gets a copy of the file, which does not have this class.
    view.remove();
    ({view, connection} = await liveView(server, {thread: 'page', lang: 'en', widthPx: 640, frame, features: ['files']}));
    await open(chooser('1', {multiple: true}));
    choose(fileOf('first', 10), new GoneFile([new Uint8Array(100 * KIB)], 'gone'), fileOf('third', 10));
    await toBe(view, () => partText(view, 'notice') === '“gone” can’t be read. Choose again' && find('.choose') !== null);
    assert.equal(spoken(view), partText(view, 'notice'));
    await server.until(() => connection.of('file').length === 2);
    assert.deepEqual(connection.of('file').map(({name}) => name), ['first', 'gone']);
    assert.isEmpty(connection.of('file_chooser'));
    choose(fileOf('second', 5));
    assert.deepEqual(await answer(), {type: 'file_chooser', id: '1', done: true});
    assert.isTrue(await isSame(await bytesOf(2), fileOf('second', 5)));
    connection.send({type: 'file_chooser_closed', id: '1'});
    await toBe(view, () => part(view, 'dialog') === null);
    await open(chooser('2'));
    choose(new GoneFile([new Uint8Array(10)], `$&${'long'.repeat(60)}`));
    await toBe(view, () => partText(view, 'notice').startsWith('“$&longlong') && find('.choose') !== null);
    assert.isAtMost(part(view, 'notice')?.getBoundingClientRect().right ?? Infinity, view.getBoundingClientRect().right, 'a long name is broken');
    find('.cancel')?.click();
    await server.until(() => connection.of('file_chooser').length === 2);
    assert.deepEqual(connection.of('file_chooser')[1], {type: 'file_chooser', id: '2', cancel: true});
  });

  it('are not shown to watch-only viewers, or while another viewer drives', async () => {
    let count = 0;
    view.addEventListener('filechooser', () => count++);
    view.readOnly = true;
    await view.updateComplete;
    connection.send(chooser('1'));
    connection.send({type: 'page', url: 'http://page.example/', title: ''});
    await nextEvent(view, 'pagechange');
    await view.updateComplete;
    assert.isNull(part(view, 'dialog'));
    assert.isFalse(canvasOf(view).parentElement?.inert);
    assert.equal(count, 0);
    view.readOnly = false;
    await toBe(view, () => find('.choose') !== null);
    connection.send({type: 'control', driver: 'other', viewers: 2});
    await toBe(view, () => part(view, 'dialog') === null);
  });

  it('report files that are too large, and a refused chooser', async () => {
    connection.send({type: 'error', code: 'too_large', message: ''});
    await toBe(view, () => partText(view, 'notice') === 'Too large to send');
    connection.send({type: 'error', code: 'file_chooser_declined', message: ''});
    await toBe(view, () => partText(view, 'notice') === 'The page asked for a file or folder that can’t be given here');
  });

  it('fit on a phone, the button large enough for a finger, in light and dark', async () => {
    view.style.width = '300px';
    await open(chooser('1'));
    const dialog = part(view, 'dialog')?.getBoundingClientRect();
    const stage = canvasOf(view).getBoundingClientRect();
    assert.isAtMost(dialog?.right ?? Infinity, stage.right);
    for (const name of ['.choose', '.cancel']) assert.isAtLeast(find(name)?.offsetHeight ?? 0, 44, name);
  });
});
