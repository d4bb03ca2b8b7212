import {assert} from 'chai';
import * as fc from 'fast-check';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import type {LiveViewError} from '../../src/errors.js';
import {MAX_SERVER_MESSAGE_BYTES} from '../../src/protocol.js';
import {decodeBitmap, guarded} from '../../src/stream/decode.js';
import {FramePainter} from '../../src/stream/frame-painter.js';
import {plainJpeg} from '../support/frames.js';
import {nextEvent, placeView, toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {times} from '../support/thorough.js';

const RUNS = await times(500, 10_000);

describe('messages', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  let errors: LiveViewError[];
  let escaped: unknown[];
  const noteError = (event: ErrorEvent | PromiseRejectionEvent) => escaped.push(event instanceof ErrorEvent ? event.message : event.reason);

  beforeEach(async () => {
    server = await PreviewServer.start();
    view = placeView();
    errors = [];
    escaped = [];
    view.addEventListener('error', ({error}) => errors.push(error));
    window.addEventListener('error', noteError);
    window.addEventListener('unhandledrejection', noteError);
    view.src = server.url;
    connection = await server.connection();
  });

  afterEach(() => {
    view.remove();
    window.removeEventListener('error', noteError);
    window.removeEventListener('unhandledrejection', noteError);
    assert.deepEqual(escaped, []);
    server.stop();
  });

  /** Waits until everything that was sent has been read. */
  const read = async () => {
    const url = `about:blank#${crypto.randomUUID()}`;
    const seen = new Promise<void>((resolve) => view.addEventListener('pagechange', (event) => event.url === url && resolve()));
    connection.send({type: 'page', url, title: ''});
    await seen;
  };

  it('drops what it cannot read, reports each, and goes on', async () => {
    connection.hello();
    connection.sendFrame(await plainJpeg('#20c020'));
    await toState(view, 'live');
    const malformed = [
      '', 'null', '[]', '"hello"', '{', '{"type": 1}', '{"type": "viewport", "width": "100", "height": 100}',
      '{"type": "viewport", "__proto__": {"width": 100, "height": 100}}', `{"type": "page", "url": "${'x'.repeat(MAX_SERVER_MESSAGE_BYTES)}", "title": ""}`,
      '{"type": "viewport", "width": 1e9, "height": -1}',
    ];
    for (const text of malformed) connection.sendText(text);
    await read();
    assert.deepEqual(errors.map(({code, fatal}) => `${code} ${fatal}`), malformed.map(() => 'bad_message false'));
    assert.include(errors.at(-1)?.message, `number ${malformed.length}`);
    assert.deepEqual(view.viewport, {width: 320, height: 180});
    assert.equal(view.state, 'live');
    assert.isNull(view.error);
  });

  it('ignores what it does not know, without a word, and reports what the server refuses', async () => {
    connection.hello();
    for (const type of ['toString', '__proto__', 'constructor', 'audio']) connection.sendText(JSON.stringify({type, width: 5}));
    connection.sendText('{"type": "viewport", "width": 640, "height": 360, "depth": 24, "constructor": {"prototype": {"polluted": true}}}');
    connection.sendText('{"type": "cursor", "cursor": "pointer", "__proto__": {"polluted": true}}');
    await read();
    assert.deepEqual(errors, []);
    assert.isFalse('polluted' in {});
    assert.deepEqual(view.viewport, {width: 640, height: 360});
    connection.send({type: 'error', code: 'rate_limited', message: '<b>secret-token</b>'});
    await read();
    connection.send({type: 'error', code: 'page_crashed', message: '<b>secret-token</b>'});
    await read();
    assert.deepEqual(errors.map(({code, message}) => `${code}: ${message}`), [
      'input_refused: The server refused what was sent (rate_limited).',
      'session_notice: The session reports page_crashed.',
    ]);
    assert.isTrue(errors.every(({fatal, message}) => !fatal && !message.includes('secret-token')));
  });

  it('says nothing but input to a server of another protocol, and takes only the first hello', async () => {
    connection.hello({protocol: 2});
    connection.sendFrame(await plainJpeg('#20c020'));
    await toState(view, 'live');
    view.paused = true;
    await view.updateComplete;
    view.paused = false;
    await view.updateComplete;
    connection.hello({viewport: {width: 500, height: 400}});
    connection.hello({viewport: {width: 50, height: 40}, input_enabled: false});
    await read();
    assert.deepEqual(view.viewport, {width: 500, height: 400});
    assert.isTrue(view.inputEnabled);
    const first = await server.until(() => connection.messages[0]);
    assert.deepEqual(first, {type: 'ack', frames: 1}, 'the first word after hello tells the frames before it');
  });

  it('does not make a flood of events out of one of messages', async () => {
    connection.hello();
    for (let i = 0; i < 2000; i++) connection.sendText('no');
    await read();
    assert.isAtLeast(errors.length, 10);
    assert.isAtMost(errors.length, 30);
  });

  it('does not make a flood of events out of one of notices, and of refusals', async () => {
    connection.hello();
    for (let i = 0; i < 70; i++) connection.send({type: 'error', code: i % 2 ? 'permission_declined' : 'rate_limited', message: ''});
    await read();
    assert.isAtLeast(errors.length, 10);
    assert.isAtMost(errors.length, 30);
  });

  it(`survives ${RUNS} messages of any shape`, async () => {
    connection.hello();
    for (const text of fc.sample(anyMessage(), {numRuns: RUNS, seed: 4})) connection.sendText(text);
    await read();
    connection.sendFrame(await plainJpeg('#20c020'));
    await toState(view, 'live');
    assert.isFalse('polluted' in {});
  }).timeout(60_000);

  it(`survives ${RUNS} frames of any bytes`, async () => {
    const jpegs = [await plainJpeg('#20c020', 8, 8), await plainJpeg('#2040e0', 24, 16)];
    let done = 0;
    let wake = () => {};
    const painter = new FramePainter(guarded(decodeBitmap), {onPainted() {}, onDropped() {}, onBad() {}, onIdle: () => wake()});
    painter.setCanvas(document.createElement('canvas'));
    const source = {id: 1, frameDone: () => done++, refresh() {}};
    for (const bytes of fc.sample(anyFrame(jpegs), {numRuns: RUNS, seed: 5})) {
      const idle = new Promise<void>((resolve) => {
        wake = resolve;
      });
      painter.push({bytes, number: 1, source, viewport: null, pieces: undefined});
      await idle;
    }
    assert.equal(done, RUNS);
  }).timeout(120_000);

  it('shows a picture again after frames of any bytes, whatever they led to', async () => {
    const jpegs = [await plainJpeg('#20c020', 8, 8), await plainJpeg('#2040e0', 24, 16)];
    connection.hello();
    for (const bytes of fc.sample(anyFrame(jpegs), {numRuns: 500, seed: 6})) connection.sendFrame(bytes);
    await server.until(() => connection.closeCode !== undefined || connection.of('ack').at(-1)?.frames === 500);
    // If the messages have broken the connection, the view may be reconnecting already. `connect()` makes it open a socket of its own.
    view.disconnect();
    await server.until(() => server.connections.every(({closeCode}) => closeCode !== undefined));
    const {length: count} = server.connections;
    view.connect();
    const next = await server.until(() => server.connections[count]);
    const seen = nextEvent(view, 'frame');
    next.sendFrame(await plainJpeg('#20c020'));
    await seen;
    assert.equal(view.state, 'live');
  });
});

/** The protocol's messages with random members, random JSON, and random text. */
function anyMessage(): fc.Arbitrary<string> {
  const type = fc.constantFrom(
    'hello', 'viewport', 'cursor', 'focus', 'page', 'dialog', 'dialog_closed', 'select', 'clipboard', 'pong', 'error', '__proto__', 'ping',
  );
  const value = fc.oneof(
    fc.jsonValue(), fc.integer(), fc.double(), fc.string(), fc.boolean(), fc.constant(null),
    fc.constant({width: 320, height: 180}), fc.constant([{value: 'a', label: 'A', selected: true, disabled: false}]),
    fc.constantFrom('alert', 'confirm', 'prompt', '2026-01-01T00:00:00Z', '<img src=x onerror=alert(1)>'),
  );
  const names = [
    'protocol', 'session', 'input_enabled', 'fps', 'expires_at', 'viewport', 'width', 'height', 'cursor', 'editable', 'inputmode', 'url',
    'title', 'id', 'kind', 'message', 'defaultValue', 'multiple', 'options', 'x', 'y', 'text', 't', 'code', '__proto__', 'constructor',
  ];
  const members = fc.dictionary(fc.constantFrom(...names), value, {maxKeys: 12});
  const known = fc.tuple(type, members).map(([type, members]) => JSON.stringify({...members, type}).replace('"constructor"', '"__proto__"'));
  return fc.oneof({weight: 6, arbitrary: known}, {weight: 1, arbitrary: fc.json()}, {weight: 1, arbitrary: fc.string()});
}

/** Valid JPEGs with bytes changed, cut off or repeated, and random bytes. */
function anyFrame(jpegs: readonly ArrayBuffer[]): fc.Arbitrary<ArrayBuffer> {
  const changes = fc.array(fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0xff, 0xd8, 0xd9, 0xc0, 0xe1, 0))), {maxLength: 6});
  const mutated = fc.tuple(fc.constantFrom(...jpegs), changes, fc.option(fc.nat())).map(([jpeg, changes, cut]) => {
    const bytes = new Uint8Array(jpeg.slice(0));
    for (const [at, value] of changes) bytes[at % bytes.length] = value;
    return bytes.buffer.slice(0, cut === null ? undefined : cut % bytes.length);
  });
  return fc.oneof({weight: 5, arbitrary: mutated}, {weight: 1, arbitrary: fc.uint8Array({maxLength: 200}).map((bytes) => bytes.slice().buffer)});
}
