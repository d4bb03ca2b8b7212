import {sendKeys} from '@web/test-runner-commands';
import {assert} from 'chai';
import type {AxeResults, RunOptions} from 'axe-core';
// axe defines itself on the window.
import 'axe-core/axe.min.js';
import type {ChaserLiveView} from '../../src/index.js';
import type {Navigation, Tab, TabsMessage} from '../../src/protocol.js';
import {addressOf} from '../../src/tabs/address.js';
import type {ChaserLiveTabs} from '../../src/tabs/index.js';
import {liveView} from '../support/interactive-view.js';
import {nextEvent} from '../support/live-view.js';
import type {Connection} from '../support/preview-server.js';
import {PreviewServer} from '../support/preview-server.js';
import '../../src/index.js';
import '../../src/tabs/index.js';

const tab = (id: string, active = false): Tab => ({id, url: `https://${id}.example/`, title: id.toUpperCase(), active});
const THREE: TabsMessage = {type: 'tabs', tabs: [tab('a'), tab('b', true), tab('c')], back: true, forward: false, loading: false};

describe('the tabs', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  let bar: ChaserLiveTabs;

  beforeEach(async () => {
    server = await PreviewServer.start();
    bar = document.createElement('chaser-live-tabs');
    bar.lang = 'en';
    bar.htmlFor = 'view';
    document.body.append(bar);
    await start('full');
  });

  afterEach(() => {
    bar.remove();
    view.remove();
    server.stop();
  });

  async function start(navigation: Navigation): Promise<void> {
    ({view, connection} = await liveView(server, {navigation, lang: 'en'}));
    view.id = 'view';
    await tell(THREE);
  }

  async function tell(message: TabsMessage): Promise<void> {
    connection.send(message);
    await nextEvent(view, 'tabschange');
    // The view's id may have changed at the same moment.
    await new Promise((resolve) => setTimeout(resolve));
    await bar.updateComplete;
  }

  const all = <Found extends HTMLElement>(selector: string) => [...bar.shadowRoot?.querySelectorAll<Found>(selector) ?? []];
  const button = (label: string) => {
    const found = all<HTMLButtonElement>('button').find(({ariaLabel}) => ariaLabel === label);
    if (!found) throw new Error(`There is no button ${label}.`);
    return found;
  };
  const address = () => all<HTMLInputElement>('input')[0] ?? assert.fail('There is no address.');
  const strip = () => all('[role=tab]').map(({textContent, ariaSelected}) => `${textContent.trim()}${ariaSelected === 'true' ? '*' : ''}`).join(' ');
  const focused = () => bar.shadowRoot?.activeElement?.id;
  const sent = async (count: number) => {
    const found = () => connection.messages.filter(({type}) => type === 'tab' || type === 'navigate');
    await server.until(() => found().length >= count);
    return found();
  };

  it('are those of the view with the id, whenever it is added', async () => {
    assert.equal(strip(), 'A B* C');
    assert.equal(address().value, 'https://b.example/');
    view.id = 'other';
    await new Promise((resolve) => setTimeout(resolve));
    await bar.updateComplete;
    assert.equal(strip(), '');
    bar.htmlFor = 'other';
    await bar.updateComplete;
    assert.equal(strip(), 'A B* C');
  });

  it('are brought to the front and closed by mouse: the middle button closes too', async () => {
    all('[role=tab]')[0]?.click();
    all('.close')[2]?.click();
    all('[role=tab]')[1]?.dispatchEvent(new MouseEvent('auxclick', {button: 1, bubbles: true, composed: true}));
    button('New tab').click();
    assert.deepEqual(await sent(4), [
      {type: 'tab', action: 'activate', id: 'a'}, {type: 'tab', action: 'close', id: 'c'}, {type: 'tab', action: 'close', id: 'b'}, {type: 'tab', action: 'new'},
    ]);
  });

  it('are gone through by keyboard alone, from either end, and right to left as they are seen', async () => {
    assert.deepEqual(all('[role=tab]').map(({tabIndex}) => tabIndex), [-1, 0, -1], 'one stop of the Tab key');
    all('[role=tab]')[1]?.focus();
    await sendKeys({press: 'ArrowRight'});
    assert.equal(focused(), 'c');
    await sendKeys({press: 'ArrowRight'});
    assert.equal(focused(), 'a', 'around the end');
    await sendKeys({press: 'End'});
    await sendKeys({press: 'ArrowLeft'});
    assert.equal(focused(), 'b');
    await sendKeys({press: 'Home'});
    await sendKeys({press: 'Enter'});
    await sendKeys({press: 'Delete'});
    assert.equal(focused(), 'b', 'the one beside has the keyboard');
    bar.dir = 'rtl';
    await sendKeys({press: 'ArrowLeft'});
    assert.equal(focused(), 'c');
    assert.deepEqual(await sent(2), [{type: 'tab', action: 'activate', id: 'a'}, {type: 'tab', action: 'close', id: 'a'}]);
  });

  it('go back and forward, reload and stop, as far as there is something to do', async () => {
    assert.isTrue(button('Forward').disabled);
    button('Back').click();
    button('Reload').click();
    await tell({...THREE, back: false, forward: true, loading: true});
    assert.isTrue(button('Back').disabled);
    button('Forward').click();
    button('Stop').click();
    assert.deepEqual(await sent(4), (['back', 'reload', 'forward', 'stop'] as const).map((action) => ({type: 'navigate', action})));
  });

  it('take an address, keep it while it is typed, and give it up with Escape', async () => {
    address().focus();
    await sendKeys({type: 'site.example/a b'});
    await tell({...THREE, tabs: [{...tab('b', true), url: 'https://elsewhere.example/'}]});
    assert.equal(address().value, 'site.example/a b');
    await sendKeys({press: 'Escape'});
    assert.equal(address().value, 'https://elsewhere.example/');
    await sendKeys({type: 'not an address'});
    await sendKeys({press: 'Enter'});
    assert.isFalse(address().validity.valid);
    await sendKeys({press: 'Escape'});
    await sendKeys({type: 'localhost:8080'});
    await sendKeys({press: 'Enter'});
    assert.deepEqual(await sent(1), [{type: 'navigate', action: 'to', url: 'http://localhost:8080/'}]);
    assert.equal(document.activeElement, view, 'the page has the keyboard next');
  });

  it('are limited to what the token\'s navigation allows', async () => {
    view.readOnly = true;
    await nextEvent(view, 'tabschange');
    await bar.updateComplete;
    assert.isTrue(all<HTMLButtonElement>('button').every(({disabled}) => disabled));
    assert.isEmpty(all('.close'));
    assert.isTrue(address().readOnly);
    view.remove();
    await start('history');
    assert.equal(strip(), 'A B* C');
    assert.isFalse(button('Back').disabled);
    assert.isTrue(address().readOnly);
    assert.throws(() => button('New tab'));
  });

  it('have nothing that axe finds', async () => {
    const options: RunOptions = {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']};
    const {violations}: AxeResults = await window.axe.run(bar, options);
    assert.deepEqual(violations.map(({id, nodes}) => `${id} ${nodes.map(({html}) => html).join()}`), []);
  });

  it('of fifty, and with long titles, are a line: the one in front is in sight, and nothing else moves', async () => {
    bar.style.width = '390px';
    const many = Array.from({length: 50}, (_, index) => ({...tab(`t${index}`, index === 40), title: `${index} ${'long '.repeat(40)}`}));
    const {scrollX, scrollY} = window;
    await tell({...THREE, tabs: many});
    assert.deepEqual([window.scrollX, window.scrollY], [scrollX, scrollY]);
    const inner = all('[aria-selected=true]')[0]?.getBoundingClientRect();
    const outer = bar.getBoundingClientRect();
    assert.isAtLeast(inner?.left ?? -1, outer.left);
    assert.isAtMost(inner?.right ?? Infinity, outer.right);
    assert.isAtMost(outer.height, 120);
    assert.isAtMost(bar.scrollWidth, 390);
  });
});

describe('an address that is typed', () => {
  it('is the address that a browser would open, or is refused', () => {
    for (const [typed, address] of [
      ['site.example', 'https://site.example/'], [' http://site.example ', 'http://site.example/'], ['HTTPS://Site.example/Ä', 'https://site.example/%C3%84'],
      ['localhost', 'http://localhost/'], ['localhost:3000/a', 'http://localhost:3000/a'], ['127.0.0.1:80', 'http://127.0.0.1/'], ['[::1]:81', 'http://[::1]:81/'],
      ['localhost.example', 'https://localhost.example/'], ['site.example:8080', 'https://site.example:8080/'], ['site.example/?a b', 'https://site.example/?a%20b'],
      ['', undefined], ['two words', undefined], ['javascript:alert(1)', undefined], ['file:///etc/passwd', undefined], ['http://', undefined],
    ] as const) assert.equal(addressOf(typed), address, typed);
  });
});
