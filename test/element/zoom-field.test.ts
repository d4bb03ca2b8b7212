import {assert} from 'chai';
import '../../src/index.js';
import type {ChaserLiveView} from '../../src/index.js';
import {canvasOf, liveView} from '../support/interactive-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';

const VIEWPORT = {width: 1280, height: 720};

describe('a zoomed view and the session’s focused field', () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server, {viewport: VIEWPORT, widthPx: 640}));
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  const FIELD = {x: 1000, y: 600, width: 200, height: 40};

  /** Sends `focus` with a field or without one, and waits until the element has received it. */
  async function focus(field: typeof FIELD | undefined): Promise<void> {
    connection.send({type: 'focus', editable: field !== undefined, ...field});
    const title = String(performance.now());
    const isHeard = new Promise<void>((resolve) => view.addEventListener('pagechange', (event) => event.title === title && resolve()));
    connection.send({type: 'page', url: 'about:blank', title});
    await isHeard;
  }

  /** The position of a session's box on the stage. */
  function seen({x, y, width, height}: typeof FIELD): {left: number; top: number; right: number; bottom: number} {
    const picture = canvasOf(view).getBoundingClientRect();
    const stage = stageBox();
    const scale = Math.min(picture.width / VIEWPORT.width, picture.height / VIEWPORT.height);
    const left = picture.left - stage.left + (picture.width - VIEWPORT.width * scale) / 2 + x * scale;
    const top = picture.top - stage.top + (picture.height - VIEWPORT.height * scale) / 2 + y * scale;
    return {left, top, right: left + width * scale, bottom: top + height * scale};
  }

  const stageBox = () => view.shadowRoot?.querySelector('.stage')?.getBoundingClientRect() ?? new DOMRect();
  const heightPx = () => stageBox().height;

  /** Compares to a pixel, because engines round the sizes of boxes. */
  function assertInSight(field = FIELD, bottomPx = heightPx()): void {
    const {left, top, right, bottom} = seen(field);
    const told = JSON.stringify(seen(field));
    assert.isAtLeast(left, -1, told);
    assert.isAtLeast(top, -1, told);
    assert.isAtMost(right, 641, told);
    assert.isAtMost(bottom, bottomPx + 1, told);
  }

  const transform = () => canvasOf(view).parentElement?.style.transform;

  it('moves so that the field is in sight, all of it, and no farther', async () => {
    view.zoomTo(3, {x: 0, y: 0});
    await focus(FIELD);
    assertInSight();
    assert.closeTo(seen(FIELD).right, 640, 1);
    assert.closeTo(seen(FIELD).bottom, heightPx(), 1);
    assert.equal(view.zoom, 3);
    const before = transform();
    await focus({...FIELD, x: 980});
    assert.equal(transform(), before, 'what is in sight already moves nothing');
  });

  it('stays as it is at no zoom, for a field beside the picture, and within a field that is larger than the view', async () => {
    await focus(FIELD);
    assert.equal(transform(), '');
    view.zoomTo(4, {x: 640, y: 360});
    const before = transform();
    await focus({x: -9999, y: 10, width: 1, height: 1});
    assert.equal(transform(), before);
    await focus({x: 100, y: 100, width: 1000, height: 500});
    assert.equal(transform(), before);
    // Of a field that is not visible at all, the start is shown, where text is entered.
    await focus(undefined);
    await focus({x: 0, y: 0, width: 400, height: 30});
    assert.closeTo(seen({x: 0, y: 0, width: 400, height: 30}).left, 0, 1);
  });

  it('follows a field that moves, unless the person has moved the picture; until they type', async () => {
    view.zoomTo(3, {x: 0, y: 0});
    await focus(FIELD);
    await focus({...FIELD, y: 100});
    assertInSight({...FIELD, y: 100});
    view.zoomTo(1);
    view.zoomTo(3, {x: 0, y: 700});
    const before = transform();
    await focus({...FIELD, y: 120});
    assert.equal(transform(), before);
    view.sendText('a');
    assertInSight({...FIELD, y: 120});
    await focus(undefined);
    view.zoomTo(1);
    view.zoomTo(3, {x: 0, y: 0});
    await focus({...FIELD, y: 120});
    assertInSight({...FIELD, y: 120});
  });

  it('brings the field above an on-screen keyboard, also one at the picture’s lower edge; and fills the view again when it closes', async () => {
    const visual = window.visualViewport;
    if (!visual) throw new Error('There is no visual viewport.');
    const low = {...FIELD, y: 680};
    view.zoomTo(3, {x: 0, y: 0});
    await focus(low);
    assertInSight(low);
    const keyboard = (bottomPx: number | undefined) => {
      if (bottomPx === undefined) Reflect.deleteProperty(visual, 'height');
      else Object.defineProperty(visual, 'height', {configurable: true, value: bottomPx});
      visual.dispatchEvent(new Event('resize'));
    };
    try {
      const {top} = stageBox();
      keyboard(top + 200);
      assertInSight(low, 200);
      assert.closeTo(seen(low).bottom, 200, 1);
    } finally {
      keyboard(undefined);
    }
    assertInSight(low);
    assert.isAtLeast(canvasOf(view).getBoundingClientRect().bottom, stageBox().bottom - 1);
  });
});
