import {assert} from 'chai';
import type {ChaserLiveView} from '../../src/index.js';
import type {PlayerMessage, TabsMessage} from '../../src/protocol.js';
import {goLive, liveView} from '../support/interactive-view.js';
import {nextEvent, toState} from '../support/live-view.js';
import type {Connection} from '../support/preview-server.js';
import {PreviewServer} from '../support/preview-server.js';
import '../../src/index.js';

const TABS: TabsMessage = {
  type: 'tabs', back: true, forward: false, loading: true,
  tabs: [{id: 'a', url: 'https://one.example/', title: 'One', active: false}, {id: 'b', url: 'https://two.example/', title: 'Two', active: true}],
};

describe('tabs and navigation', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server, {navigation: 'full'}));
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  it('are as the server tells, and say when they change', async () => {
    assert.deepEqual([view.tabs, view.canGoBack, view.canGoForward, view.loading], [[], false, false, false]);
    const changed = nextEvent(view, 'tabschange');
    connection.send(TABS);
    const event = await changed;
    assert.isFalse(event.bubbles);
    assert.deepEqual([view.tabs, view.canGoBack, view.canGoForward, view.loading], [TABS.tabs, true, false, true]);
  });

  it('are acted on by methods, each of which is one message', async () => {
    view.navigate('back');
    view.navigate('forward');
    view.navigate('reload');
    view.navigate('stop');
    view.navigate('https://site.example/a b');
    view.navigate(new URL('https://site.example/'));
    view.activateTab('a');
    view.closeTab('b');
    view.newTab();
    assert.throws(() => view.navigate('site.example'), TypeError);
    await server.until(() => connection.of('tab').length === 3);
    assert.deepEqual<PlayerMessage[]>(connection.messages.filter(({type}) => type === 'navigate' || type === 'tab'), [
      ...(['back', 'forward', 'reload', 'stop'] as const).map((action) => ({type: 'navigate', action} as const)),
      {type: 'navigate', action: 'to', url: 'https://site.example/a%20b'}, {type: 'navigate', action: 'to', url: 'https://site.example/'},
      {type: 'tab', action: 'activate', id: 'a'}, {type: 'tab', action: 'close', id: 'b'}, {type: 'tab', action: 'new'},
    ]);
  });

  it('are only looked at while read only, and by a token that allows none', async () => {
    connection.send(TABS);
    await nextEvent(view, 'tabschange');
    assert.equal(view.navigation, 'full');
    const changed = nextEvent(view, 'tabschange');
    view.readOnly = true;
    assert.equal(view.navigation, 'none');
    await changed;
    view.navigate('back');
    view.newTab();
    view.readOnly = false;
    await nextEvent(view, 'tabschange');
    view.sendText('heard');
    await server.until(() => connection.of('text').length > 0);
    assert.isEmpty([...connection.of('navigate'), ...connection.of('tab')]);
    const {view: other, connection: bare} = await liveView(server);
    bare.send(TABS);
    await nextEvent(other, 'tabschange');
    assert.equal(other.navigation, 'none', 'of a server that says nothing of it');
    assert.lengthOf(other.tabs, 2);
    other.remove();
  });

  it('stay while the connection is made again, and go with the session', async () => {
    connection.send(TABS);
    await nextEvent(view, 'tabschange');
    const changed = nextEvent(view, 'tabschange');
    connection.terminate();
    await toState(view, 'reconnecting');
    await changed;
    assert.equal(view.navigation, 'none', 'there is nobody to ask');
    assert.lengthOf(view.tabs, 2);
    await goLive(view, await server.connection(1), {navigation: 'history'});
    assert.equal(view.navigation, 'history');
    const gone = nextEvent(view, 'tabschange');
    view.disconnect();
    await gone;
    assert.deepEqual([view.tabs, view.canGoBack, view.loading, view.navigation], [[], false, false, 'none']);
  });
});
