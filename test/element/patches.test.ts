import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import type {LiveViewError} from '../../src/errors.js';
import type {PatchCopy} from '../../src/protocol.js';
import {COLOURS, plainJpeg, quartersJpeg} from '../support/frames.js';
import {colourAt, nextEvent, placeView, toState} from '../support/live-view.js';
import {withSevenBits, withSize} from '../support/odd-frames.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';

const {topLeft: RED, topRight: GREEN, bottomRight: BLUE, bottomLeft: YELLOW} = COLOURS;
const PATCHES = {features: ['patches']};
const MINUTE_MS = 60_000;

describe('patches', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  let errors: LiveViewError[];

  beforeEach(async () => {
    server = await PreviewServer.start();
    view = placeView();
    errors = [];
    view.addEventListener('error', ({error}) => errors.push(error));
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  const connect = async (hello = PATCHES) => {
    view.src = server.url;
    connection = await server.connection();
    connection.hello(hello);
  };
  const sendPatch = (bytes: ArrayBuffer | Uint8Array, copies: readonly PatchCopy[]) => {
    connection.send({type: 'patch', copies});
    connection.sendFrame(bytes);
  };
  const acked = (frames: number) => server.until(() => connection.of('ack').at(-1)?.frames === frames);
  const seen = async (send: () => void) => {
    const frame = nextEvent(view, 'frame');
    send();
    return frame;
  };

  it('are accepted from a server that names them, once; another one is told nothing of it', async () => {
    await connect();
    await seen(async () => connection.sendFrame(await plainJpeg(RED)));
    await acked(1);
    assert.deepEqual(connection.messages.map(({type}) => type).filter((type) => type !== 'ping'), ['accept', 'ack']);
    assert.deepEqual(connection.of('accept'), [{type: 'accept', patches: true}]);
    connection.terminate();
    const other = await server.connection(1);
    other.hello();
    other.sendFrame(new Uint8Array(10));
    other.send({type: 'patch', copies: []});
    other.sendFrame(await plainJpeg(RED));
    await server.until(() => other.of('ack').at(-1)?.frames === 2);
    assert.deepEqual(other.messages.filter(({type}) => type !== 'ping' && type !== 'ack'), []);
  });

  it('are painted where each piece belongs, and nothing of them elsewhere; each is a frame', async () => {
    await connect();
    await seen(async () => connection.sendFrame(await plainJpeg(RED)));
    const pieces = await quartersJpeg(64, 32);
    // One piece from the green quarter, and one from the blue quarter to the bottom right corner.
    const {width, height, frame} = await seen(() => sendPatch(pieces, [[40, 4, 16, 8, 100, 50], [48, 24, 16, 8, 304, 172]]));
    assert.deepEqual([width, height, frame], [320, 180, 2], 'the size of the picture');
    await acked(2);
    assert.isTrue(await colourAt(view, 100, 50, GREEN) && await colourAt(view, 115, 57, GREEN));
    assert.isTrue(await colourAt(view, 304, 172, BLUE) && await colourAt(view, 319, 179, BLUE));
    for (const [x, y] of [[99, 50], [116, 57], [100, 49], [115, 58], [0, 0], [303, 172], [304, 171]] as const) assert.isTrue(await colourAt(view, x, y, RED), `${x}, ${y}`);
    const {framesReceived, framesPainted, bytesReceived} = view.getStats();
    assert.deepEqual([framesReceived, framesPainted], [2, 2]);
    assert.isAbove(bytesReceived, pieces.byteLength);
    const snapshot = await createImageBitmap(await view.snapshot());
    assert.deepEqual([snapshot.width, snapshot.height], [320, 180]);
    assert.deepEqual(errors, []);
  });

  it('are painted all and in order, also where they come at once, behind a whole frame that takes long', async () => {
    await connect();
    const large = await plainJpeg(RED, 4000, 3000);
    const colours = [await plainJpeg(GREEN, 32, 32), await plainJpeg(BLUE, 32, 32), await plainJpeg(YELLOW, 32, 32)];
    connection.sendFrame(large);
    for (let n = 0; n < 12; n++) sendPatch(colours[n % 3] ?? large, [[0, 0, 32, 32, n * 32, 0], [0, 0, 32, 32, 0, 100]]);
    await acked(13);
    for (let n = 0; n < 12; n++) assert.isTrue(await colourAt(view, n * 32 + 16, 16, [GREEN, BLUE, YELLOW][n % 3] ?? ''), `patch ${n}`);
    assert.isTrue(await colourAt(view, 16, 116, YELLOW), 'the last one is on top');
    assert.equal(view.getStats().framesPainted, 13);
  });

  it('are dropped for a whole frame that is newer', async () => {
    await connect();
    const [large, blue, red] = [await plainJpeg(RED, 4000, 3000), await plainJpeg(BLUE, 32, 32), await plainJpeg(RED)];
    const frames: number[] = [];
    view.addEventListener('frame', ({frame}) => frames.push(frame));
    connection.sendFrame(large);
    for (let n = 0; n < 3; n++) sendPatch(blue, [[0, 0, 32, 32, 0, 0]]);
    connection.sendFrame(red);
    sendPatch(blue, [[0, 0, 32, 32, 64, 0]]);
    await acked(6);
    assert.deepEqual(frames, frames.toSorted((a, b) => a - b));
    assert.deepEqual(frames.slice(-2), [5, 6]);
    assert.isTrue(await colourAt(view, 16, 16, RED) && await colourAt(view, 80, 16, BLUE));
    const {framesPainted, framesDropped} = view.getStats();
    assert.equal(framesPainted + framesDropped, 6);
  });

  it('that are not valid are refused and reported, and one whole frame is requested', async () => {
    await connect();
    const whole = await plainJpeg(RED);
    const piece = await plainJpeg(BLUE, 32, 32);
    const copy: PatchCopy = [0, 0, 32, 32, 0, 0];
    const bad: readonly (readonly [problem: string, bytes: ArrayBuffer | Uint8Array, copies: readonly PatchCopy[]])[] = [
      ['outside of the JPEG', piece, [copy, [16, 0, 17, 16, 0, 0]]],
      ['outside of the JPEG', piece, [[0, 1, 32, 32, 0, 0]]],
      ['outside of the picture', piece, [copy, [0, 0, 16, 16, 305, 0]]],
      ['outside of the picture', piece, [[0, 0, 16, 16, 0, 65_535]]],
      ['too large', whole, [[0, 0, 320, 180, 0, 0], [0, 0, 320, 180, 0, 0], [0, 0, 1, 1, 0, 0]]],
      ['8193 × 20', withSize(piece, 8193, 20), [copy]],
      ['8192 × 4051', withSize(piece, 8192, 4051), [copy]],
      ['could not be decoded', withSevenBits(piece), [copy]],
      ['not a JPEG', new Uint8Array(10), [copy]],
      ['is not known', piece, Array.from({length: 65}, () => copy)],
    ];
    let sent = 0;
    for (const [problem, bytes, copies] of bad) {
      await seen(() => connection.sendFrame(whole));
      const failure = nextEvent(view, 'error');
      sendPatch(bytes, copies);
      sendPatch(piece, [copy]);
      sendPatch(piece, [copy]);
      sent += 4;
      await acked(sent);
      const {error} = await failure;
      if (problem === 'is not known') {
        assert.equal(error.code, 'bad_message');
        assert.equal(errors.at(-1)?.code, 'bad_frame');
      }
      assert.include(errors.at(-1)?.message, problem);
      assert.include(errors.at(-1)?.message, `Frame ${sent - 2} could not be shown`);
      assert.isFalse(error.fatal);
      assert.isTrue(await colourAt(view, 16, 16, RED), 'nothing of it, nor of those after it, was painted');
      await server.until(() => connection.of('refresh').length === sent / 4);
      assert.equal(view.state, 'live');
    }
    await seen(() => connection.sendFrame(whole));
    await seen(() => sendPatch(piece, [copy]));
    assert.isTrue(await colourAt(view, 16, 16, BLUE));
    assert.equal(connection.of('refresh').length, bad.length);
  });

  it('without a valid base are refused, and a whole frame is requested', async () => {
    await connect();
    const piece = await plainJpeg(BLUE, 32, 32);
    const strayPatch = () => sendPatch(piece, [[0, 0, 32, 32, 0, 0]]);
    for (let n = 0; n < 1000; n++) strayPatch();
    await acked(1000);
    await server.until(() => connection.of('refresh').length === 1);
    assert.lengthOf(errors, 1);
    assert.include(errors[0]?.message, 'missing');
    assert.equal(view.state, 'connecting');

    const whole = await plainJpeg(RED);
    await seen(() => connection.sendFrame(whole));
    connection.sendFrame(new Uint8Array(10));
    strayPatch();
    await acked(1003);
    await server.until(() => connection.of('refresh').length === 2);

    await seen(() => connection.sendFrame(whole));
    connection.terminate();
    connection = await server.connection(1);
    connection.hello(PATCHES);
    strayPatch();
    await acked(1);
    await server.until(() => connection.of('refresh').length === 1);
    await seen(() => connection.sendFrame(whole));
    await seen(strayPatch);
    assert.isTrue(await colourAt(view, 16, 16, BLUE) && await colourAt(view, 40, 16, RED));
  });

  it('in thousands, while nothing is shown, are limited, and the next whole frame recovers', async () => {
    await connect();
    await seen(async () => connection.sendFrame(await plainJpeg(RED)));
    view.paused = true;
    await server.until(() => connection.of('pause').length === 1);
    const piece = await plainJpeg(BLUE, 32, 32);
    for (let n = 0; n < 2000; n++) sendPatch(piece, [[0, 0, 32, 32, 0, 0]]);
    await server.until(() => (connection.of('ack').at(-1)?.frames ?? 0) > 1900);
    await server.until(() => connection.of('refresh').length === 1);
    assert.isTrue(await colourAt(view, 16, 16, RED), 'nothing is painted meanwhile');
    view.paused = false;
    await seen(async () => connection.sendFrame(await plainJpeg(GREEN)));
    await acked(2002);
    assert.isTrue(await colourAt(view, 16, 16, GREEN));
    const {framesReceived, framesPainted, framesDropped} = view.getStats();
    assert.equal(framesReceived, 2002);
    assert.equal(framesPainted + framesDropped, 2002);
  });

  it('are accepted on the socket of a renewal when it takes over, not while it stands by', async () => {
    let minted = 0;
    view.tokenProvider = async () => server.token(minted++ === 0 ? 1000 : 5 * MINUTE_MS);
    connection = await server.connection();
    connection.hello({...PATCHES, expires_at: new Date(Date.now() + 1000).toISOString(), server_time: new Date().toISOString()});
    connection.sendFrame(await plainJpeg(RED));
    await toState(view, 'live');
    const old = connection;
    connection = await server.connection(1);
    connection.hello(PATCHES);
    await server.until(() => connection.of('ping').length > 0);
    assert.isEmpty(connection.of('accept'));
    connection.sendFrame(await plainJpeg(GREEN));
    await server.until(() => old.closeCode !== undefined);
    await server.until(() => connection.of('accept').length === 1);
    const piece = await plainJpeg(BLUE, 32, 32);
    await acked(1);
    await seen(() => sendPatch(piece, [[0, 0, 32, 32, 32, 0]]));
    assert.isTrue(await colourAt(view, 16, 16, GREEN) && await colourAt(view, 48, 16, BLUE));
    assert.isEmpty(connection.of('refresh'));
  });
});
