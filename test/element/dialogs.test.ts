import {assert} from 'chai';
import {sendKeys} from '@web/test-runner-commands';
import '../../src/index.js';
import type {ChaserLiveView, DialogEvent} from '../../src/index.js';
import type {DialogMessage, SelectMessage} from '../../src/protocol.js';
import {quartersJpeg} from '../support/frames.js';
import {liveView} from '../support/interactive-view.js';
import {PreviewServer} from '../support/preview-server.js';
import type {Connection} from '../support/preview-server.js';
import {nextEvent, toState} from '../support/live-view.js';
import {part, partText, toBe} from '../support/surroundings.js';

const COUNTRIES: SelectMessage['options'] = [
  {value: 'at', label: 'Austria', selected: false, disabled: false},
  {value: 'be', label: 'Belgium', selected: true, disabled: false},
  {value: 'hr', label: 'Croatia', selected: false, disabled: true, group: 'South'},
  {value: 'gr', label: 'Greece', selected: false, disabled: false, group: 'South'},
  {value: 'it', label: 'Italy', selected: false, disabled: false, group: 'South'},
];

const dialog = (id: string, kind: DialogMessage['kind'], message: string, more: {readonly defaultValue?: string} = {}): DialogMessage =>
  ({type: 'dialog', id, kind, message, ...more});
const select = (id: string, more: Partial<SelectMessage> = {}): SelectMessage =>
  ({type: 'select', id, multiple: false, options: COUNTRIES, x: 40, y: 20, width: 100, height: 20, ...more});

describe("the session's dialogs and drop-downs", () => {
  let server: PreviewServer;
  let view: ChaserLiveView;
  let connection: Connection;
  let jpeg: ArrayBuffer;

  before(async () => {
    jpeg = await quartersJpeg();
  });

  beforeEach(async () => {
    server = await PreviewServer.start();
    ({view, connection} = await liveView(server, {lang: 'en', widthPx: 640, frame: jpeg}));
  });

  afterEach(() => {
    view.remove();
    server.stop();
  });

  const canvas = () => part(view, 'canvas');
  const hasKeyboard = () => canvas()?.parentElement?.contains(focused()) ?? false;
  const focused = () => view.shadowRoot?.activeElement ?? null;
  const find = <Kind extends HTMLElement>(selector: string) => view.shadowRoot?.querySelector<Kind>(`[part=dialog] ${selector}`) ?? null;
  const isArmed = () => part(view, 'dialog') !== null && find('fieldset:disabled') === null;
  /** Sends a dialog, and waits until it is shown and may be answered. */
  const open = async (message: DialogMessage | SelectMessage) => {
    connection.send(message);
    await toBe(view, isArmed);
  };
  const answer = (id: string) => server.until(() => connection.of('dialog').find((each) => each.id === id));
  const choice = (id: string) => server.until(() => connection.of('select').find((each) => each.id === id));

  it('are shown with their words, take the keyboard, and give it back to the picture', async () => {
    view.focus();
    await open(dialog('1', 'confirm', '<b>Sure?</b>'));
    assert.equal(partText(view, 'dialog'), 'The remote page says <b>Sure?</b> OK Cancel', 'as text');
    const shown = part(view, 'dialog');
    assert.equal(shown?.getAttribute('role'), 'alertdialog');
    assert.equal(find('#message')?.textContent, '<b>Sure?</b>');
    assert.isTrue(focused() === find('.ok'));
    assert.isTrue(canvas()?.parentElement?.inert, 'the picture takes no input meanwhile');
    await sendKeys({press: 'Enter'});
    assert.deepEqual(await answer('1'), {type: 'dialog', id: '1', accept: true});
    await toBe(view, () => part(view, 'dialog') === null);
    assert.isTrue(hasKeyboard());
    assert.isEmpty(connection.of('key'), 'no key went to the session');
  });

  it('are refused with Escape and by the button', async () => {
    view.focus();
    for (const [id, kind] of [['1', 'confirm'], ['2', 'prompt'], ['3', 'beforeunload'], ['4', 'alert']] as const) {
      await open(dialog(id, kind, ''));
      await sendKeys({press: 'Escape'});
      assert.deepEqual(await answer(id), {type: 'dialog', id, accept: false});
    }
    await open(dialog('5', 'confirm', 'Sure?'));
    find('.cancel')?.click();
    assert.deepEqual(await answer('5'), {type: 'dialog', id: '5', accept: false});
  });

  it('of each kind have what they need', async () => {
    await open(dialog('1', 'alert', 'Hello'));
    assert.isNull(find('.cancel'));
    find('.ok')?.click();
    assert.deepEqual(await answer('1'), {type: 'dialog', id: '1', accept: true});
    view.focus();
    await open(dialog('2', 'beforeunload', ''));
    await toBe(view, () => partText(view, 'dialog') === 'The remote page says Leave the page? OK Cancel');
    find('.ok')?.click();
    await answer('2');
    connection.send(dialog('3', 'prompt', 'Your name?', {defaultValue: 'Ada'}));
    await toBe(view, () => isArmed() && find<HTMLInputElement>('input')?.value === 'Ada');
    await sendKeys({type: 'Grace'});
    await sendKeys({press: 'Enter'});
    assert.deepEqual(await answer('3'), {type: 'dialog', id: '3', accept: true, text: 'Grace'});
  });

  it('wait for one another', async () => {
    connection.send(dialog('1', 'alert', 'One'));
    connection.send(dialog('2', 'alert', 'Two'));
    connection.send(dialog('2', 'alert', 'Two'));
    view.focus();
    await toBe(view, () => isArmed() && partText(view, 'dialog') === 'The remote page says One OK');
    find('.ok')?.click();
    await toBe(view, () => isArmed() && partText(view, 'dialog') === 'The remote page says Two OK');
    assert.isTrue(focused() === find('.ok'));
    find('.ok')?.click();
    await toBe(view, () => part(view, 'dialog') === null);
    await answer('2');
    assert.lengthOf(connection.of('dialog'), 2);
  });

  it('go when somebody else answers, and when the connection does', async () => {
    const closed: string[] = [];
    view.addEventListener('dialogclosed', ({id}) => closed.push(id));
    await open(dialog('1', 'confirm', 'Sure?'));
    connection.send({type: 'dialog_closed', id: '1'});
    await toBe(view, () => part(view, 'dialog') === null);
    await open(dialog('2', 'confirm', 'Sure?'));
    connection.terminate();
    await toState(view, 'reconnecting');
    await toBe(view, () => part(view, 'dialog') === null);
    assert.deepEqual(closed, ['1', '2']);
    // The session still waits for the answer, and may have no picture before.
    connection = await server.connection(1);
    connection.hello();
    await open(dialog('2', 'confirm', 'Sure?'));
    find('.ok')?.click();
    assert.deepEqual(await answer('2'), {type: 'dialog', id: '2', accept: true});
  });

  it('are left to a page that shows its own', async () => {
    const told = new Promise<DialogEvent>((resolve) => view.addEventListener('dialog', (event) => {
      event.preventDefault();
      resolve(event);
    }, {once: true}));
    connection.send(dialog('1', 'prompt', 'Your name?', {defaultValue: 'Ada'}));
    const event = await told;
    assert.deepEqual([event.id, event.kind, event.message, event.defaultValue], ['1', 'prompt', 'Your name?', 'Ada']);
    await view.updateComplete;
    assert.isNull(part(view, 'dialog'));
    const closing = nextEvent(view, 'dialogclosed');
    event.respond(true, 'Grace');
    event.respond(false);
    assert.equal((await closing).id, '1');
    await answer('1');
    await open(dialog('2', 'alert', 'Next'));
    find('.ok')?.click();
    await answer('2');
    assert.deepEqual(connection.of('dialog'), [{type: 'dialog', id: '1', accept: true, text: 'Grace'}, {type: 'dialog', id: '2', accept: true}]);
  });

  it('are seen, not answered, by who only watches', async () => {
    view.readOnly = true;
    await view.updateComplete;
    view.addEventListener('dialog', (event) => event.respond(true), {once: true});
    await open(dialog('1', 'confirm', 'Sure?'));
    await toBe(view, () => partText(view, 'dialog') === 'The remote page says Sure? Watch only');
    part(view, 'dialog')?.focus();
    await sendKeys({press: 'Escape'});
    view.readOnly = false;
    await toBe(view, () => partText(view, 'dialog') === 'The remote page says Sure? OK Cancel');
    assert.isEmpty(connection.of('dialog'));
  });

  it("leave a page's own field its keyboard", async () => {
    const field = document.createElement('input');
    document.body.append(field);
    field.focus();
    await open(dialog('1', 'confirm', 'Sure?'));
    assert.isTrue(document.activeElement === field);
    connection.send({type: 'dialog_closed', id: '1'});
    await toBe(view, () => part(view, 'dialog') === null);
    assert.isTrue(document.activeElement === field);
    field.remove();
  });

  it('neither take the keyboard from the page nor scroll it', async () => {
    const spacer = document.createElement('div');
    spacer.style.height = '3000px';
    view.before(spacer);
    try {
      await open(dialog('1', 'confirm', 'Sure?'));
      assert.isTrue(document.activeElement === document.body, 'where nothing has the focus, nothing gets it');
      await sendKeys({press: 'Enter'});
      assert.isEmpty(connection.of('dialog'));
      connection.send({type: 'dialog_closed', id: '1'});
      await toBe(view, () => part(view, 'dialog') === null);
      view.focus({preventScroll: true});
      window.scrollTo(0, 0);
      await open(dialog('2', 'confirm', 'Sure?'));
      assert.isTrue(focused() === find('.ok'));
      assert.equal(window.scrollY, 0);
      find('.ok')?.click();
      await answer('2');
      await toBe(view, hasKeyboard);
      assert.equal(window.scrollY, 0);
    } finally {
      spacer.remove();
    }
  });

  it('take no click and no key in their first half second, and show that', async () => {
    view.focus();
    const sentMs = performance.now();
    connection.send(dialog('1', 'confirm', 'Sure?'));
    await toBe(view, () => part(view, 'dialog') !== null);
    assert.isTrue(find('.ok')?.matches(':disabled'));
    assert.isTrue(focused() === part(view, 'dialog'), 'it has the keyboard, its buttons have not');
    find('.ok')?.click();
    for (const press of ['Enter', ' ', 'Escape']) await sendKeys({press});
    await toBe(view, isArmed);
    assert.isAtLeast(performance.now() - sentMs, 490);
    assert.isEmpty(connection.of('dialog'));
    assert.isTrue(focused() === find('.ok'));
    await sendKeys({press: 'Enter'});
    assert.deepEqual(await answer('1'), {type: 'dialog', id: '1', accept: true});
  });

  it('that a page opens one after the other wait behind a button', async () => {
    for (const id of ['1', '2', '3', '4', '5']) {
      connection.send(dialog(id, 'alert', id));
      await toBe(view, () => partText(view, 'dialog') === `The remote page says ${id} OK`);
      connection.send({type: 'dialog_closed', id});
      await toBe(view, () => part(view, 'dialog') === null);
    }
    connection.send(dialog('6', 'alert', 'Six'));
    const show = () => view.shadowRoot?.querySelector<HTMLElement>('.showDialog') ?? null;
    await toBe(view, () => show() !== null);
    assert.isNull(part(view, 'dialog'));
    show()?.click();
    await toBe(view, isArmed);
    assert.equal(partText(view, 'dialog'), 'The remote page says Six OK');
    find('.ok')?.click();
    await answer('6');
  });

  it('say whose they are', async () => {
    connection.send({...dialog('1', 'alert', 'Hello'), origin: 'https://shop.example:8443'});
    const told = await nextEvent(view, 'dialog');
    assert.equal(told.origin, 'https://shop.example:8443');
    await toBe(view, () => partText(view, 'dialog') === 'shop.example:8443 says Hello OK');
    connection.send({type: 'dialog_closed', id: '1'});
    // Only the host of an address, and never as markup.
    for (const origin of ['null', '<b>x</b>']) {
      connection.send({...dialog(origin, 'alert', 'Hello'), origin});
      await toBe(view, () => partText(view, 'dialog') === 'The remote page says Hello OK');
      connection.send({type: 'dialog_closed', id: origin});
    }
  });

  it('choose from a list by keyboard', async () => {
    view.focus();
    await open(select('1'));
    const list = find<HTMLSelectElement>('select');
    assert.isTrue(focused() === list);
    assert.equal(list?.value, 'be');
    assert.deepEqual([...list?.querySelectorAll('optgroup') ?? []].map(({label}) => label), ['South']);
    await sendKeys({press: 'ArrowDown'});
    assert.equal(list?.value, 'gr', 'past the one that cannot be chosen');
    await sendKeys({press: 'End'});
    assert.equal(list?.value, 'it');
    await sendKeys({press: 'a'});
    assert.equal(list?.value, 'at', 'by its first letter');
    await sendKeys({press: 'Enter'});
    assert.deepEqual(await choice('1'), {type: 'select', id: '1', values: ['at']});
    await toBe(view, hasKeyboard);
    view.sendText('after');
    await server.until(() => connection.of('text').length > 0);
    assert.isEmpty(connection.of('key'), 'the key that chose is none for the session, which has the focus by now');
  });

  it('choose from a list with a click, a tap, or several and OK, or nothing', async () => {
    await open(select('1'));
    find<HTMLOptionElement>('option[value=gr]')?.click();
    find<HTMLOptionElement>('option[value=hr]')?.click();
    if (part(view, 'dialog')) find('.ok')?.click();
    await choice('1');
    await toBe(view, () => part(view, 'dialog') === null);

    // Neither a tap nor a phone's own list fires a click. They change the value.
    const take = (value: string) => {
      const option = find<HTMLOptionElement>(`option[value=${value}]`);
      if (option) option.selected = true;
      find('select')?.dispatchEvent(new Event('change', {bubbles: true}));
    };
    await open(select('2'));
    take('gr');
    assert.deepEqual(await choice('2'), {type: 'select', id: '2', values: ['gr']});
    await toBe(view, () => part(view, 'dialog') === null);

    await open(select('3', {multiple: true}));
    assert.isTrue(find<HTMLSelectElement>('select')?.multiple);
    take('gr');
    find('.ok')?.click();
    assert.deepEqual(await choice('3'), {type: 'select', id: '3', values: ['be', 'gr']});

    view.focus();
    await open(select('4'));
    await sendKeys({press: 'Escape'});
    assert.deepEqual(await choice('4'), {type: 'select', id: '4', cancel: true});
  });

  it('have the list where the drop-down is in the picture, and inside the element', async () => {
    // The viewport is half the element's size. The list is below the box, and at least as wide:
    await open(select('1', {options: COUNTRIES.slice(0, 2), x: 20, y: 10, width: 120, height: 10}));
    const stage = view.getBoundingClientRect();
    const below = part(view, 'dialog')?.getBoundingClientRect();
    assert.closeTo((below?.left ?? 0) - stage.left, 40, 1);
    assert.closeTo((below?.top ?? 0) - stage.top, 40, 1);
    assert.isAtLeast(below?.width ?? 0, 239);
    find('.cancel')?.click();
    await choice('1');
    // The list is above the box if there is no room below, and always inside the element:
    await open(select('2', {options: COUNTRIES.slice(0, 2), x: 300, y: 165, width: 120, height: 10}));
    await toBe(view, () => (part(view, 'dialog')?.getBoundingClientRect().right ?? Infinity) <= stage.right + 1);
    assert.isAtMost(part(view, 'dialog')?.getBoundingClientRect().bottom ?? Infinity, stage.top + 331);
    find('.cancel')?.click();
    await choice('2');
    // The buttons are beside each other and visible at any width, and in an element as low as a phone in landscape.
    view.style.width = '390px';
    const low = view.getBoundingClientRect();
    for (let length = 1; length < 9; length++) {
      const id = `of width ${length}`;
      const options = Array.from({length: 10}, (_, index) => ({value: String(index), label: 'i'.repeat(length), selected: false, disabled: false}));
      await open(select(id, {options, x: 300, y: 20, width: 10, height: 10}));
      const [ok, cancel] = [find('.ok'), find('.cancel')].map((button) => button?.getBoundingClientRect());
      assert.equal(cancel?.top, ok?.top, id);
      assert.isAtMost(cancel?.bottom ?? Infinity, low.bottom, id);
      find('.cancel')?.click();
      await choice(id);
      await toBe(view, () => part(view, 'dialog') === null);
    }
  });
});
