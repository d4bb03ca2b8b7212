import {assert} from 'chai';
import type {ChaserLiveView, DownloadEvent} from '../../src/index.js';
import {goLive, liveView} from '../support/interactive-view.js';
import type {Connection} from '../support/preview-server.js';
import {PreviewServer} from '../support/preview-server.js';
import {part, partText, toBe} from '../support/surroundings.js';
import '../../src/index.js';

describe('what the session downloads', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  let url: string;

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server, {lang: 'en', widthPx: 640}));
    url = `http://${new URL(server.url).host}/sessions/s/download?key=k`;
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  const links = () => [...view.shadowRoot?.querySelectorAll<HTMLAnchorElement>('[part=download]') ?? []];

  it('is offered as links with name and size, until they are put away; one that failed says so', async () => {
    connection.send({type: 'download', id: '1', name: '<b>one</b>.bin', size: 1_234_567, url});
    connection.send({type: 'download', id: '2', name: 'two', size: 10, url});
    connection.send({type: 'download', id: '3', name: 'three', error: 'canceled'});
    await toBe(view, () => partText(view, 'downloads')?.includes('three') ?? false);
    assert.deepEqual(links().map(({href, download}) => [href, download]), [[url, '<b>one</b>.bin'], [url, 'two']]);
    assert.match(partText(view, 'downloads') ?? '', /<b>one<\/b>\.bin 1\.2 MB.*two 0 kB.*three: The page offered a download, which was not taken/);
    part(view, 'downloads')?.querySelector('button')?.click();
    await toBe(view, () => part(view, 'downloads') === null);
  });

  it('is not shown if the page cancels the event', async () => {
    const told = new Promise<DownloadEvent>((resolve) => view.addEventListener('download', (event) => {
      event.preventDefault();
      resolve(event);
    }, {once: true}));
    connection.send({type: 'download', id: '1', name: 'one', size: 5, url});
    const event = await told;
    assert.deepEqual([event.name, event.size, event.url, event.bubbles], ['one', 5, url, false]);
    connection.send({type: 'download', id: '2', name: 'two', size: 5, url});
    await toBe(view, () => links().length === 1);
    assert.include(partText(view, 'downloads') ?? '', 'two');
  });

  it('is offered at the preview’s own host alone', async () => {
    for (const elsewhere of ['https://elsewhere.example/a', 'javascript:alert(1)', 'data:text/html,a', '/sessions/s/download', url.replace('http:', 'ftp:'), 'http://']) {
      connection.send({type: 'download', id: elsewhere, name: 'bad', size: 5, url: elsewhere});
    }
    connection.send({type: 'download', id: 'good', name: 'good', size: 5, url});
    await toBe(view, () => links().length > 0);
    assert.deepEqual(links().map(({href}) => href), [url]);
  });

  it('is no longer offered once the view is of another session, or of none; in the same one it still is', async () => {
    const other = await PreviewServer.start();
    connection.send({type: 'download', id: '1', name: 'one', size: 5, url});
    await toBe(view, () => links().length === 1);
    connection.close(1012);
    await goLive(view, await server.connection(1));
    assert.equal(links().length, 1);
    view.src = other.url;
    await toBe(view, () => links().length === 0);
    other.stop();
  });
});
