import {executeServerCommand} from '@web/test-runner-commands';
import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {nextEvent, placeView} from '../support/live-view.js';
import type {CutFrame} from '../support/page-frames-plugin.js';
import {PreviewServer} from '../support/preview-server.js';

const BATCH = 12;

describe('patches of real pages', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;

  beforeEach(async () => {
    server = await PreviewServer.start();
    view = placeView();
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  it('leave on the canvas what whole frames would have left there, in every pixel', async () => {
    view.src = server.url;
    const connection = await server.connection();
    connection.hello({features: ['patches']});
    const frames = await executeServerCommand<number, undefined>('page-frame-count');
    let [patches, pieces, wholeBytes, patchBytes] = [0, 0, 0, 0];
    for (let start = 0; start < frames; start += BATCH) {
      for (const {whole, cut} of await executeServerCommand<CutFrame[], number>('page-frames', BATCH)) {
        if (cut === 'same') continue;
        const bytes = bytesOf(whole);
        const seen = Promise.race([nextEvent(view, 'frame'), nextEvent(view, 'error').then(({error}) => Promise.reject(error))]);
        if (cut !== 'whole') {
          connection.send({type: 'patch', copies: cut.copies});
          patches++;
          pieces += cut.copies.length;
          wholeBytes += bytes.length;
          patchBytes += bytesOf(cut.jpeg).length;
        }
        connection.sendFrame(cut === 'whole' ? bytes : bytesOf(cut.jpeg));
        await seen;
        const wanted = pixelsOf(await createImageBitmap(new Blob([bytes], {type: 'image/jpeg'})));
        assertSame(pixelsOf(await createImageBitmap(await view.snapshot())), wanted, `frame ${start}, ${JSON.stringify(cut === 'whole' ? cut : cut.copies)}`);
      }
    }
    assert.isEmpty(connection.of('refresh'));
    assert.isAbove(patches, frames / 2, 'most frames are patches');
    assert.isAbove(pieces, patches, 'some are of several pieces');
    assert.isBelow(patchBytes, wholeBytes / 2);
  }).timeout(1_500_000);
});

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function pixelsOf(picture: ImageBitmap): ImageData {
  const {width, height} = picture;
  const context = new OffscreenCanvas(width, height).getContext('2d', {alpha: false, willReadFrequently: true});
  if (!context) throw new Error('This browser gives no 2D context.');
  context.drawImage(picture, 0, 0);
  return context.getImageData(0, 0, width, height);
}

function assertSame(seen: ImageData, wanted: ImageData, what: string): void {
  assert.deepEqual([seen.width, seen.height], [wanted.width, wanted.height], what);
  const [one, other] = [new Uint32Array(seen.data.buffer), new Uint32Array(wanted.data.buffer)];
  const at = one.findIndex((pixel, index) => pixel !== other[index]);
  assert.equal(at, -1, `${what}: differs at ${at % seen.width}, ${Math.floor(at / seen.width)} of ${seen.width} × ${seen.height}`);
}
