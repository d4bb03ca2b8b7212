import {expect, test} from 'playwright/test';
import type {BrowserSession} from '../../demo/server/session/session.js';
import {Driver} from '../support/driver.js';
import {startSession} from '../support/session.js';
import {useSiteSession, useViewer} from '../support/site-session.js';
import type {TestSite} from '../support/test-site.js';
import {TestViewer} from '../support/test-viewer.js';

const OPTIONS = `<option value="" disabled selected>Choose<option value=at>Austria<option value=be disabled>Belgium
  <option value=xx hidden>Nowhere<optgroup label=Nordic><option value=dk>Denmark<option value=fi>Finland</optgroup>
  <optgroup label=Gone disabled><option value=su>Soviet Union</optgroup><option value=pt>Portugal`;

/** A select, and a record of what its document hears from it: each event with whether it was trusted. */
const SELECT = `<body style="margin: 0"><select id=s style="position: absolute; left: 40px; top: 30px; width: 140px">${OPTIONS}</select>
  <button id=b style="position: absolute; left: 40px; top: 300px; width: 100px; height: 30px">Go</button>
  <script>
    window.heard = [];
    for (const type of ['input', 'change', 'click']) addEventListener(type, (event) => heard.push(
      [type, (event.composedPath()[0].id || event.target.tagName), event.isTrusted].join(' ')));
  </script>`;

let session: BrowserSession;
let driver: Driver;
let site: TestSite;
let viewer: TestViewer;

useSiteSession((all) => ({site, session, driver} = all), {'/select': SELECT});
useViewer(() => session, (each) => viewer = each);

test('a drop-down is told with its options and its box; the answer is a choice that the page hears as a person’s', async () => {
  await driver.goto(`${site.origin}/select`);
  viewer.click(60, 40);
  const {id, ...select} = await viewer.message('select');
  expect(select).toMatchObject({
    multiple: false, x: 40, y: 30, width: 140, origin: site.origin,
    options: [
      {value: '', label: 'Choose', selected: true, disabled: true},
      {value: 'at', label: 'Austria', selected: false, disabled: false},
      {value: 'be', label: 'Belgium', selected: false, disabled: true},
      {value: 'dk', label: 'Denmark', selected: false, disabled: false, group: 'Nordic'},
      {value: 'fi', label: 'Finland', selected: false, disabled: false, group: 'Nordic'},
      {value: 'su', label: 'Soviet Union', selected: false, disabled: true, group: 'Gone'},
      {value: 'pt', label: 'Portugal', selected: false, disabled: false},
    ],
  });
  // A new viewer is told as well.
  const late = new TestViewer(session);
  expect(late.of('select')).toMatchObject([{id}]);
  viewer.send({type: 'select', id, values: ['fi']});
  await driver.until(`s.value === 'fi'`);
  expect(await driver.until('heard.length > 2 && heard')).toEqual(expect.arrayContaining(['input s true', 'change s true']));
  await late.message('dialog_closed', (message) => message.id === id);
  late.seat.leave();

  // The list is gone, and takes no further input.
  await driver.evaluate('heard.length = 0');
  viewer.click(60, 310);
  await driver.until(`heard.includes('click b true')`);
});

test('a drop-down that is cancelled, or left by a click elsewhere, chooses nothing', async () => {
  await driver.goto(`${site.origin}/select`);
  viewer.click(60, 40);
  const first = await viewer.message('select');
  viewer.send({type: 'select', id: first.id, cancel: true});
  await viewer.message('dialog_closed', ({id}) => id === first.id);

  viewer.click(60, 40);
  const second = await viewer.message('select', ({id}) => id !== first.id);
  viewer.click(60, 310);
  await viewer.message('dialog_closed', ({id}) => id === second.id);
  await driver.until(`heard.includes('click b true')`);

  // A late answer, and one that names no option, do nothing.
  viewer.send({type: 'select', id: second.id, values: ['fi']});
  viewer.click(60, 40);
  const third = await viewer.message('select', ({id}) => id !== first.id && id !== second.id);
  viewer.send({type: 'select', id: third.id, values: ['zz']});
  await viewer.message('dialog_closed', ({id}) => id === third.id);
  expect(await driver.evaluate(`s.value + heard.filter((event) => !event.startsWith('click'))`)).toBe('');
});

test('a drop-down that the keyboard opens is told too, and one that its page leaves is closed', async () => {
  await driver.goto(`${site.origin}/select`);
  await driver.evaluate('s.focus()');
  let count = 0;
  for (const [key, keyCode, modifiers] of [['ArrowDown', 40, 1], [' ', 32, 0], ['Enter', 13, 0]] as const) {
    viewer.key(key, keyCode, modifiers);
    await viewer.until(`a select opened by ${key}`, () => viewer.of('select').length === count + 1);
    const select = viewer.of('select')[count++];
    viewer.send({type: 'select', id: select?.id ?? '', values: [['at', 'dk', 'pt'][count - 1] ?? '']});
    await viewer.message('dialog_closed', ({id}) => id === select?.id);
    expect(await driver.evaluate('s.value')).toBe(['at', 'dk', 'pt'][count - 1]);
  }
  viewer.click(60, 40);
  await viewer.until('a select', () => viewer.of('select').length === count + 1);
  const id = viewer.of('select').at(-1)?.id;
  await driver.goto('about:blank');
  await viewer.message('dialog_closed', (message) => message.id === id);
});

for (const where of ['the same site', 'another site', 'another site, in one of the same'] as const) {
  test(`a drop-down in a frame of ${where} is told where it is in the whole picture`, async () => {
    const origin = where === 'the same site' ? site.origin : site.otherOrigin;
    site.put('/framed', `${SELECT}<script>
      s.addEventListener('change', (event) => top.postMessage([s.value, event.isTrusted], '*'));
      addEventListener('mousemove', () => top.postMessage('reached', '*'));
    </script>`);
    site.put('/between', `<body style="margin: 0"><iframe src="${origin}/framed" style="width: 100%; height: 600px; border: 0">`);
    site.put('/frame', `<body style="margin: 0"><script>addEventListener('message', ({data}) => { if (data === 'reached') window.isReached = true; else window.heard = data; })</script>
      <iframe src="${where.endsWith('same') ? `${site.origin}/between` : `${origin}/framed`}"
      style="position: absolute; left: 100px; top: 80px; width: 400px; height: 400px; border: 10px solid; transform: scale(0.5); transform-origin: 0 0">`);
    await driver.goto(`${site.origin}/frame`);
    // Half of the border's 10 px, and half of the select's position, because of the scale.
    const [x, y] = [100 + 5 + 20, 80 + 5 + 15];
    // A cross-process frame takes part in hit testing some time after it has loaded.
    for (let step = 0; await driver.evaluate('window.isReached') !== true; step++) viewer.move(x + 5 + step % 2, y + 5);
    viewer.click(x + 5, y + 5);
    const select = await viewer.message('select');
    expect(select.x).toBeCloseTo(x, 0);
    expect(select.y).toBeCloseTo(y, 0);
    expect(select.width).toBeCloseTo(70, 0);
    viewer.send({type: 'select', id: select.id, values: ['pt']});
    expect(await driver.until('window.heard')).toEqual(['pt', true]);
    // Otherwise the next test's viewer would get it, too.
    await viewer.message('dialog_closed', ({id}) => id === select.id);
  });
}

test('a drop-down in a shadow tree is told; a list in the picture is left to the picture', async () => {
  site.put('/shadow', `<body style="margin: 0"><div id=host></div><script>
    host.attachShadow({mode: 'open'}).innerHTML = '<select id=s><option>a<option>b</select>';
    window.s = host.shadowRoot.getElementById('s');
  </script><select id=list size=4 style="position: absolute; left: 0; top: 200px"><option>c<option>d</select>
  <select multiple id=many style="position: absolute; left: 100px; top: 200px"><option>e<option>f</select>`);
  await driver.goto(`${site.origin}/shadow`);
  viewer.click(10, 208);
  viewer.click(110, 208);
  await driver.until(`list.value === 'c' && many.value === 'e'`);
  viewer.click(10, 10);
  const select = await viewer.message('select');
  expect(viewer.of('select').length).toBe(1);
  viewer.send({type: 'select', id: select.id, values: ['b']});
  await driver.until(`s.value === 'b'`);
});

test('options with the same value, and one as long as a book, are told apart', async () => {
  site.put('/same', `<body style="margin: 0"><select id=s><option value=x>a<option value=x>b<option value="${'y'.repeat(5_000)}">c</select>`);
  await driver.goto(`${site.origin}/same`);
  viewer.click(10, 10);
  const {id, options} = await viewer.message('select');
  expect(options.map(({value}) => value)).toEqual(['x', 'option-1', 'option-2']);
  viewer.send({type: 'select', id, values: ['option-1']});
  await driver.until('s.selectedIndex === 1');
});

test('on the phone a tap opens a drop-down, and a list of many is chosen from in the picture', async () => {
  const phone = await startSession({profile: 'mobile'});
  const driver = await Driver.open(phone.browserUrl);
  const viewer = new TestViewer(phone);
  site.put('/phone', `<meta name=viewport content="width=device-width"><body style="margin: 0">
    <select id=s style="position: absolute; left: 20px; top: 20px; width: 100px; height: 30px"><option>a<option>b<option>c</select>
    <select id=many multiple style="position: absolute; left: 20px; top: 100px; width: 100px"><option>d<option>e<option disabled>f<option>g</select>
    <script>window.heard = []; for (const type of ['input', 'change']) addEventListener(type, (event) => heard.push(event.isTrusted));</script>`);
  await driver.goto(`${site.origin}/phone`);
  viewer.tap(50, 35);
  const one = await viewer.message('select');
  expect(one).toMatchObject({multiple: false, x: 20, y: 20, width: 100, height: 30});
  viewer.send({type: 'select', id: one.id, values: ['c']});
  await driver.until(`s.value === 'c'`);

  for (const y of [108, 160]) viewer.tap(50, y);
  await driver.until(`[...many.selectedOptions].map((option) => option.value).join() === 'd,g'`);
  expect(viewer.of('select').length).toBe(1);
  expect(await driver.evaluate('heard.every(Boolean)')).toBe(true);
  driver.close();
  await phone.close();
});
