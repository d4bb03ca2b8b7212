import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {plainJpeg} from '../support/frames.js';
import {nextEvent, placeView, toState} from '../support/live-view.js';
import {PreviewServer} from '../support/preview-server.js';
import {toBe} from '../support/surroundings.js';

describe('properties, as HTML\'s own elements have them', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;

  beforeEach(async () => {
    server = await PreviewServer.start();
    view = placeView();
    await view.updateComplete;
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  /** Sets properties like a page without types. */
  const set = (name: string, value: unknown) => Reflect.set(view, name, value);
  const goLive = async (index = 0) => {
    (await server.connection(index)).sendFrame(await plainJpeg('#20c020'));
    await toState(view, 'live');
  };

  it('put no attribute on the element by themselves', () => {
    assert.deepEqual(view.getAttributeNames(), ['style']);
  });

  it('are of their type, whatever is set', async () => {
    for (const value of ['', 0, null, undefined]) {
      for (const name of ['readOnly', 'controls', 'paused']) set(name, value);
      assert.deepEqual([view.readOnly, view.controls, view.paused], [false, false, false]);
    }
    set('readOnly', 'yes');
    assert.isTrue(view.readOnly);
    for (const value of [null, undefined]) {
      for (const name of ['src', 'previewToken', 'tokenEndpoint', 'tokenProvider', 'label', 'fit']) set(name, value);
      assert.deepEqual([view.src, view.previewToken, view.tokenEndpoint, view.tokenProvider], ['', null, '', null]);
      assert.deepEqual([view.label, view.fit], ['Live view', 'contain']);
    }
    await view.updateComplete;
    assert.equal(view.state, 'idle', 'nothing to connect with');
    set('src', new URL(server.url));
    await goLive();
    assert.equal(view.src, server.url);
  });

  it('count the attribute value "false" as false, because frameworks write it for an undefined element', async () => {
    const before = view.getBoundingClientRect().height;
    for (const [attribute, name] of [['readonly', 'readOnly'], ['controls', 'controls'], ['paused', 'paused']] as const) {
      for (const [value, isTrue] of [['false', false], ['', true], ['False', false], ['true', true], [attribute, true], ['false', false]] as const) {
        view.setAttribute(attribute, value);
        assert.equal(view[name], isTrue, `${attribute}="${value}"`);
      }
      set(name, 'true');
      assert.isTrue(view[name]);
      set(name, 'false');
      assert.isFalse(view[name]);
      await view.updateComplete;
      view.setAttribute(attribute, 'false');
    }
    await view.updateComplete;
    assert.isNull(view.shadowRoot?.querySelector('[part=controls]'));
    assert.equal(view.getBoundingClientRect().height, before);
    view.readOnly = true;
    await view.updateComplete;
    assert.equal(view.getAttribute('readonly'), '');
    view.readOnly = false;
    await view.updateComplete;
    assert.isFalse(view.hasAttribute('readonly'));
  });

  it('know tokenEndpoint as HTML has it of a framework that wrote it in camel case', async () => {
    view.setAttribute('tokenEndpoint', server.endpoint);
    assert.equal(view.tokenEndpoint, server.endpoint);
    (await server.mint()).answer({status: 200, body: server.token(300_000)});
    await goLive();
    view.removeAttribute('tokenEndpoint');
    assert.equal(view.tokenEndpoint, '');
  });

  it('return to their default when the attribute is removed', async () => {
    view.setAttribute('label', 'The shop');
    view.setAttribute('fit', 'cover');
    view.setAttribute('token-endpoint', '/no-such-endpoint');
    for (const name of ['label', 'fit', 'token-endpoint']) view.removeAttribute(name);
    assert.deepEqual([view.label, view.fit, view.tokenEndpoint], ['Live view', 'contain', '']);
    await view.updateComplete;
    assert.equal(view.state, 'idle');
  });

  it('know the ways to fit in capitals too, and take all others for the default, in the picture as well', async () => {
    const shown = () => {
      const canvas = view.shadowRoot?.querySelector('canvas');
      return canvas && getComputedStyle(canvas).objectFit;
    };
    for (const [value, fit] of [['COVER', 'cover'], ['bogus', 'contain'], ['Fill', 'fill'], ['', 'contain']] as const) {
      view.setAttribute('fit', value);
      assert.equal(view.fit, fit);
      assert.equal(shown(), fit);
    }
    set('fit', 'bogus');
    await view.updateComplete;
    assert.equal(view.fit, 'contain');
    assert.equal(shown(), 'contain');
  });

  it('connect when they are set again, to the same value too, unless there is a connection already', async () => {
    view.src = server.url;
    await goLive();
    view.src = server.url;
    await view.updateComplete;
    assert.equal(view.state, 'live');
    view.disconnect();
    view.src = server.url;
    await goLive(1);
    server.connections[1]?.close(4401, 'token_expired');
    await toState(view, 'expired');
    view.setAttribute('src', server.url);
    await goLive(2);
    const token = server.token(60_000);
    view.previewToken = token;
    await goLive(3);
    view.tokenProvider = async () => token;
    await view.updateComplete;
    server.connections[3]?.close(4410, 'session_ended');
    await toState(view, 'ended');
    view.tokenProvider = async () => token;
    await view.updateComplete;
    assert.equal(view.state, 'ended', 'another function is no wish to connect');
    view.previewToken = token;
    await goLive(4);
    assert.isNotNull(view.expiresAt);
    view.disconnect();
    assert.isNull(view.expiresAt);
  });

  it('treat a token without input_enabled as one that allows input, like a plain address', async () => {
    set('previewToken', {url: server.url});
    await goLive();
    assert.isTrue(view.inputEnabled);
  });

  it('hold for what is called next: focus at once, disconnect after src', async () => {
    const other = document.createElement('chaser-live-view');
    view.after(other);
    other.focus();
    assert.isTrue(document.activeElement === other);
    other.src = server.url;
    other.disconnect();
    await other.updateComplete;
    assert.equal(other.state, 'idle');
    other.remove();
  });

  it('have a focus() that scrolls to the view, unless told not to', async () => {
    const above = document.createElement('div');
    above.style.height = '300vh';
    above.tabIndex = -1;
    view.before(above);
    view.focus({preventScroll: true});
    assert.equal(scrollY, 0);
    above.focus({preventScroll: true});
    assert.equal(scrollY, 0);
    view.focus();
    // WebKit scrolls a moment later.
    await toBe(view, () => scrollY > 0);
    above.remove();
  });

  it('have methods that fail as the platform\'s do', async () => {
    const error: unknown = await view.snapshot().catch((error: unknown) => error);
    assert.instanceOf(error, DOMException);
    assert.equal(error.name, 'InvalidStateError');
    view.src = 'ws://192.0.2.1/';
    await nextEvent(view, 'error');
    assert.equal(view.error?.code, 'url_refused', 'a secure page, and this is one');
  });

  it('that were set before the element was one count', async () => {
    const early = document.implementation.createHTMLDocument().createElement('chaser-live-view');
    Object.assign(early, {src: server.url, readOnly: true, label: 'Early', expando: 1});
    document.body.append(early);
    await early.updateComplete;
    assert.deepEqual([early.readOnly, early.label, Reflect.get(early, 'expando')], [true, 'Early', 1]);
    assert.isFalse(Object.hasOwn(early, 'src'));
    await server.connection();
    assert.equal(early.shadowRoot?.querySelector('canvas')?.getAttribute('aria-label'), 'Early');
    early.remove();
  });
});
