import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {canvasOf, liveView} from '../support/interactive-view.js';
import {PreviewServer} from '../support/preview-server.js';

describe('what is dropped on the view', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view} = await liveView(server));
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  /** Whether the browser leaves the event to the element. */
  function isTaken(type: string, fill: (data: DataTransfer) => void): boolean {
    const dataTransfer = new DataTransfer();
    fill(dataTransfer);
    return !canvasOf(view).dispatchEvent(new DragEvent(type, {bubbles: true, composed: true, cancelable: true, dataTransfer}));
  }

  const withFile = (data: DataTransfer) => void data.items.add(new File(['text'], 'a.txt'));

  for (const readOnly of [false, true]) it(`keeps the page around, and tells the person that a file is not taken${readOnly ? ', read only' : ''}`, async () => {
    view.readOnly = readOnly;
    await view.updateComplete;
    for (const type of ['dragenter', 'dragover', 'drop']) assert.isTrue(isTaken(type, withFile), type);
    await view.updateComplete;
    assert.equal(view.shadowRoot?.querySelector('[part=notice]')?.textContent, 'Files can’t be dropped here');
  });

  it('keeps the page around from a link, and leaves text alone', () => {
    assert.isTrue(isTaken('dragover', (data) => data.setData('text/uri-list', 'https://example.com/')));
    assert.isFalse(isTaken('dragover', (data) => data.setData('text/plain', 'words')));
    assert.isNull(view.shadowRoot?.querySelector('[part=notice]'));
  });
});
