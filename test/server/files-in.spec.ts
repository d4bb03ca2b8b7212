import {createHash, randomBytes} from 'node:crypto';
import {mkdtemp, readdir, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {FileChooserMessage} from 'chaser-live-view/protocol';
import {chromium, expect, test} from 'playwright/test';
import {Driver} from '../support/driver.js';
import {PreviewClient, ServerProcess, type Session} from '../support/server-process.js';
import {startSite, type TestSite} from '../support/test-site.js';

const MIB = 1024 * 1024;
const NAMES = /^(?:[0-9a-f]{32})$/;

/** Records all events of the file inputs, before other listeners. A frame reports to the page around it. */
const SCRIPT = `<script>
  const told = [];
  const tell = (line) => parent === window ? told.push(line) : parent.postMessage(line, '*');
  onmessage = ({data}) => data === 'reached' ? window.isReached = true : told.push(data);
  if (parent !== window) addEventListener('mousemove', () => parent.postMessage('reached', '*'), {once: true});
  const sha = async (file) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const note = async ({type, isTrusted, target}) => {
    if (target.type !== 'file') return;
    const files = [...target.files];
    const what = [target.id || 'none', type, isTrusted, navigator.userActivation.isActive ? 'active' : '', target.value].join(' ');
    const list = type === 'change' ? await Promise.all(files.map(async (file) => [file.name, file.type, file.size, await sha(file)].join('|'))) : files.map(({name}) => name);
    tell([what, ...list].join('\\n'));
  };
  // In the first document of a cross-site frame, a capturing listener of the window may run before the session's.
  for (const type of ['input', 'change', 'cancel']) addEventListener(type, note, parent === window);
  addEventListener('click', () => tell('click'), true);
</script>`;

const PAGE = `<body style="margin: 0">${SCRIPT}<style>input, button {position: absolute; left: 0; width: 300px; height: 40px}</style>
  <input id=one type=file accept="image/*,.pdf" style="top: 0">
  <input id=many type=file multiple style="top: 50px">
  <input id=folder type=file webkitdirectory style="top: 100px">
  <button style="top: 150px" onclick="const input = document.createElement('input'); input.type = 'file'; input.oninput = input.onchange = input.oncancel = note; input.click()">None</button>
  <button style="top: 200px" onclick="showOpenFilePicker().catch(({name}) => told.push(name))">Picker</button>
  <iframe src="FRAME" style="position: absolute; top: 300px; left: 0; width: 400px; height: 100px; border: 0"></iframe>`;
const TOP = {one: 20, many: 70, folder: 120, none: 170, picker: 220, framed: 320};

let folder: string;
let server: ServerProcess;
let session: Session;
let site: TestSite;
let driver: Driver;
let client: PreviewClient;
let urls: {readonly input: string; readonly watching: string};

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-in-'));
  site = await startSite({'/frame': `<body style="margin: 0">${SCRIPT}<input id=framed type=file style="position: absolute; top: 0; left: 0; width: 300px; height: 40px">`});
  site.put('/', PAGE.replace('FRAME', `${site.otherOrigin}/frame`));
  server = await ServerProcess.start({TMPDIR: folder});
  session = await server.session();
  urls = {input: (await server.mint(session.id)).url, watching: (await server.mint(session.id, {input: false})).url};
  driver = await Driver.open(session.cdpUrl);
});

test.beforeEach(async () => {
  await driver.goto(`${site.origin}/`);
  client = await joinSession();
  // A cross-process frame takes part in hit testing some time after it has loaded.
  for (let step = 0; await driver.evaluate('window.isReached') !== true; step++) {
    client.send({type: 'mouse', event: 'move', x: 150 + step % 2, y: TOP.framed, button: -1, buttons: 0, modifiers: 0});
  }
});

test.afterEach(() => client.close());

test.afterAll(async () => {
  driver.close();
  await server.stop();
  await site.close();
  await rm(folder, {recursive: true});
});

async function joinSession(input = true): Promise<PreviewClient> {
  const joined = new PreviewClient(input ? urls.input : urls.watching).ackAll();
  await joined.until(() => joined.of('tabs')[0]);
  return joined;
}

function click(at: keyof typeof TOP, by = client): void {
  const mouse = {x: 150, y: TOP[at], modifiers: 0} as const;
  by.send({type: 'mouse', event: 'move', ...mouse, button: -1, buttons: 0});
  by.send({type: 'mouse', event: 'down', ...mouse, button: 0, buttons: 1, clickCount: 1});
  by.send({type: 'mouse', event: 'up', ...mouse, button: 0, buttons: 0, clickCount: 1});
}

/** Clicks, and waits for the `file_chooser` message. */
async function open(at: keyof typeof TOP, by = client): Promise<FileChooserMessage> {
  const count = by.of('file_chooser').length;
  click(at, by);
  return by.until(() => by.of('file_chooser')[count]);
}

function send(by: PreviewClient, bytes: Buffer): void {
  for (let start = 0; start < bytes.length; start += MIB) by.socket.send(bytes.subarray(start, start + MIB));
}

function upload(by: PreviewClient, id: string, name: string, bytes: Buffer, mime = ''): void {
  by.send({type: 'file', id, name, size: bytes.length, mime});
  send(by, bytes);
}

const closed = (id: string, by = client) => by.until(() => by.of('file_chooser_closed').find((message) => message.id === id));
const refusal = (code: string, by = client) => by.until(() => by.of('error').find((message) => message.code === code));

/** The page's events so far, once it has received this one. */
async function told(event: string): Promise<readonly string[]> {
  await driver.until(`told.some((line) => line.startsWith(${JSON.stringify(event)}))`);
  const lines = await driver.evaluate('told.filter((line) => line !== "click")');
  return Array.isArray(lines) ? lines.map(String) : [];
}

const line = (name: string, bytes: Buffer, type = '') => [name, type, bytes.length, createHash('sha256').update(bytes).digest('hex')].join('|');

/** All files of viewers on the disk. */
async function stored(): Promise<readonly string[]> {
  const all = await readdir(folder, {recursive: true});
  return all.filter((path) => /[/\\]uploads[/\\]/.test(path)).map((path) => path.replace(/^.*[/\\]/s, ''));
}

for (const at of ['one', 'none', 'framed'] as const) test(`a photo comes into the page's field (${at}) byte for byte, under its own name, in events of the browser's own`, async () => {
  const photo = randomBytes(3 * MIB + 7);
  const {id, multiple, accept} = await open(at);
  expect([multiple, accept]).toEqual([false, at === 'one' ? 'image/*,.pdf' : '']);
  upload(client, id, 'Mein Foto: é 1.jpg', photo, 'image/jpeg');
  client.send({type: 'file_chooser', id, done: true});
  await closed(id);
  const name = 'Mein Foto: é 1.jpg';
  expect(await told(`${at} change`)).toEqual([
    `${at} input true  C:\\fakepath\\${name}\n${name}`, `${at} change true  C:\\fakepath\\${name}\n${line(name, photo, 'image/jpeg')}`,
  ]);
  expect((await stored()).filter((path) => !NAMES.test(path))).toEqual([]);
});

test('several files come in their order, an empty one among them; one that is canceled does not, nor the rest of one that is announced anew', async () => {
  const {id, multiple} = await open('many');
  expect(multiple).toBe(true);
  const files = [['b.txt', Buffer.from('b')], ['a.txt', Buffer.alloc(0)], ['b.txt', randomBytes(2 * MIB)]] as const;
  client.send({type: 'file', id, name: 'half', size: 10, mime: ''});
  client.socket.send(Buffer.from('half'));
  for (const [name, bytes] of files) upload(client, id, name, bytes, 'text/plain');
  client.send({type: 'file_chooser', id, done: true});
  await closed(id);
  const lines = await told('many change');
  expect(lines.at(-1)?.split('\n').slice(1)).toEqual(files.map(([name, bytes]) => line(name, bytes, 'text/plain')));
});

for (const at of ['one', 'none', 'framed'] as const) test(`the page hears that no file was chosen (${at}), without a click; then the next chooser is open as before`, async () => {
  const other = await joinSession();
  const {id} = await open(at);
  expect(await other.until(() => other.of('file_chooser')[0])).toEqual(client.of('file_chooser')[0]);
  client.send({type: 'file_chooser', id, cancel: true});
  await Promise.all([closed(id), closed(id, other)]);
  expect(await told(`${at} cancel`)).toEqual([`${at} cancel true active `]);
  expect(await driver.evaluate('told.filter((line) => line === "click").length')).toBe(1);
  const next = await open(at);
  expect(next.id).not.toBe(id);
  upload(client, next.id, 'a', Buffer.from('a'));
  client.send({type: 'file_chooser', id: next.id, done: true});
  await closed(next.id);
  await told(`${at} change`);
  other.close();
});

test('a chooser goes with its document, and with an automation that sets files itself; the same click twice is one chooser', async () => {
  const first = await open('many');
  click('many');
  await driver.evaluate('0');
  const second = await open('one');
  await closed(first.id);
  const {root} = await driver.page.send('DOM.getDocument');
  const {nodeId} = await driver.page.send('DOM.querySelector', {nodeId: root.nodeId, selector: '#one'});
  await driver.evaluate(`(() => { const data = new DataTransfer(); data.items.add(new File(['x'], 'own')); one.files = data.files; one.dispatchEvent(new Event('change', {bubbles: true})); })()`);
  expect(nodeId).toBeGreaterThan(0);
  await closed(second.id);
  const third = await open('framed');
  await driver.goto(`${site.origin}/`);
  await closed(third.id);
  expect(client.of('file_chooser').length).toBe(3);
});

test('a viewer that has lost its socket in mid-file goes on where it was; nobody else goes on for it', async () => {
  const photo = randomBytes(5 * MIB);
  const {id} = await open('one');
  client.send({type: 'file', id, name: 'photo.jpg', size: photo.length, mime: ''});
  send(client, photo.subarray(0, 3 * MIB));
  await client.untilHeard();
  const [hello] = client.of('hello');
  client.close();
  const stranger = await joinSession();
  stranger.send({type: 'file', id, name: 'photo.jpg', size: photo.length, mime: '', offset: MIB});
  await refusal('bad_message', stranger);
  const back = new PreviewClient(urls.input).ackAll();
  await back.until(() => back.of('hello')[0]);
  back.send({type: 'continue', viewer: hello?.viewer ?? ''});
  expect((await back.until(() => back.of('file_chooser')[0])).id).toBe(id);
  // An offset beyond the received bytes is refused. A smaller one is accepted.
  back.send({type: 'file', id, name: 'photo.jpg', size: photo.length, mime: '', offset: 4 * MIB});
  await refusal('bad_message', back);
  back.send({type: 'file', id, name: 'photo.jpg', size: photo.length, mime: '', offset: 2 * MIB});
  send(back, photo.subarray(2 * MIB));
  back.send({type: 'file_chooser', id, done: true});
  await closed(id, back);
  expect((await told('one change')).at(-1)?.split('\n')[1]).toBe(line('photo.jpg', photo));
  for (const each of [stranger, back]) each.close();
});

test('files over the limit are refused, and the page gets cancel', async () => {
  for (const [at, files] of [['one', [51 * MIB]], ['many', [30 * MIB, 30 * MIB]], ['many', Array.from({length: 1_000}, () => 0)]] as const) {
    await driver.goto(`${site.origin}/`);
    const by = await joinSession();
    const {id} = await open(at, by);
    for (const [index, size] of files.entries()) {
      by.send({type: 'file', id, name: `file ${index}`, size, mime: ''});
      if (index < files.length - 1) send(by, Buffer.alloc(size));
    }
    await refusal('too_large', by);
    await closed(id, by);
    await told(`${at} cancel`);
    await expect.poll(async () => (await stored()).length).toBeLessThanOrEqual(20);
    by.close();
  }
});

test('a file announced with 1 kB gets 1 kB, even if 100 MiB are sent', async () => {
  const {id} = await open('one');
  const bytes = randomBytes(1_000);
  upload(client, id, 'small', bytes);
  for (let count = 0; count < 100; count++) client.socket.send(Buffer.alloc(MIB));
  client.send({type: 'file_chooser', id, done: true});
  await closed(id);
  expect((await told('one change')).at(-1)?.split('\n')[1]).toBe(line('small', bytes));
});

test('an incomplete file is not given to the page', async () => {
  const {id} = await open('one');
  client.send({type: 'file', id, name: 'half', size: 10, mime: ''});
  client.socket.send(Buffer.from('half'));
  client.send({type: 'file_chooser', id, done: true});
  await refusal('bad_message');
  client.send({type: 'file_chooser', id, cancel: true});
  await closed(id);
  expect((await told('one cancel')).filter((event) => event.startsWith('one change'))).toEqual([]);
});

test('nothing of a name is a path', async () => {
  const before = new Set(await readdir(folder, {recursive: true}));
  const names: readonly (readonly [announced: string, seen: string])[] = [
    ['../../../MARK/etc/passwd', 'passwd'], ['..\\..\\MARK\\win.ini', 'win.ini'], ['/MARK', 'MARK'], ['C:\\MARK', 'MARK'], ['MARK/', 'file'],
    ['..', 'file'], ['.', 'file'], ['', 'file'], ['MARK\0.txt', 'MARK.txt'], ['MARK\r\n.txt', 'MARK.txt'], ['MARK:a.txt', 'MARK:a.txt'],
    ['%2e%2e%2fMARK', '%2e%2e%2fMARK'], ['MARK'.repeat(1_000), 'MARK'.repeat(63) + 'MAR'], ['~', '~'], ['$(MARK)', '$(MARK)'], ['"MARK"', '"MARK"'], ['MARK\u2215\uff0fa', 'MARK\u2215\uff0fa'],
  ];
  const {id} = await open('many');
  for (const [name] of names) upload(client, id, name, Buffer.from('x'));
  const {id: otherId} = client.of('file_chooser').at(-1) ?? {id};
  await client.untilHeard();
  const during = await readdir(folder, {recursive: true});
  client.send({type: 'file_chooser', id: otherId, done: true});
  await closed(id);
  const lines = await told('many change');
  expect(lines.at(-1)?.split('\n').slice(1)).toEqual(names.map(([, seen]) => line(seen, Buffer.from('x'))));
  for (const path of [...during, ...await readdir(folder, {recursive: true})]) {
    if (before.has(path) || !/uploads/.test(path)) continue;
    expect(path.replace(/^.*[/\\]/s, '')).toMatch(NAMES);
  }
  expect([...during].filter((path) => path.includes('MARK'))).toEqual([]);
});

test('a token that only watches hears of no chooser, and gives and cancels nothing; nor does whoever names another session’s', async () => {
  const [watching, elsewhere] = await Promise.all([joinSession(false), server.session()]);
  const stranger = new PreviewClient((await server.mint(elsewhere.id)).url).ackAll();
  await stranger.until(() => stranger.of('tabs')[0]);
  const {id} = await open('one');
  for (const [by, code] of [[watching, 'input_disabled'], [stranger, 'bad_message']] as const) {
    upload(by, id, 'theirs', Buffer.from('theirs'));
    await refusal(code, by);
    by.send({type: 'file_chooser', id, done: true});
    by.send({type: 'file_chooser', id, cancel: true});
    await by.untilHeard();
    expect([...by.of('file_chooser'), ...by.of('file_chooser_closed')]).toEqual([]);
  }
  // Each of two viewers gives only their own files.
  const other = await joinSession();
  upload(client, id, 'mine', Buffer.from('mine'));
  await client.untilHeard();
  upload(other, id, 'another', Buffer.from('another'));
  other.send({type: 'file_chooser', id, done: true});
  await closed(id);
  expect((await told('one change')).at(-1)?.split('\n').slice(1)).toEqual([line('another', Buffer.from('another'))]);
  client.send({type: 'file', id, name: 'late', size: 4, mime: ''});
  await refusal('bad_message');
  for (const each of [watching, stranger, other]) each.close();
  await server.delete(elsewhere.id);
});

test('without a viewer with input, the chooser is canceled at once', async () => {
  client.close();
  const watching = await joinSession(false);
  await driver.page.send('Runtime.evaluate', {expression: 'one.click()', userGesture: true});
  expect(await told('one cancel')).toEqual(['one cancel true active ']);
  await refusal('file_chooser_declined', watching);
  watching.close();
});

test('folders and showOpenFilePicker are declined with a notice', async () => {
  click('folder');
  await refusal('file_chooser_declined');
  expect(await told('folder cancel')).toEqual(['folder cancel true active ']);
  click('picker');
  await told('AbortError');
  await client.until(() => client.of('error').filter(({code}) => code === 'file_chooser_declined').length === 2);
  expect(client.of('file_chooser')).toEqual([]);
});

test('an automation that handles choosers goes first, in frames too, and viewers hear of those that it leaves', async () => {
  const automation = await chromium.connectOverCDP(session.cdpUrl);
  const page = automation.contexts()[0]?.pages()[0];
  if (!page) throw new Error('The automation has no page.');
  for (const at of ['one', 'framed'] as const) {
    const chooser = page.waitForEvent('filechooser');
    // The browser has processed the command.
    await page.evaluate('0');
    click(at);
    await (await chooser).setFiles({name: 'script.txt', mimeType: 'text/plain', buffer: Buffer.from('script')});
    const lines = await told(`${at} change`);
    expect(lines.at(-1)?.split('\n')[1]).toBe(line('script.txt', Buffer.from('script'), 'text/plain'));
    expect(lines.filter((event) => event.includes('cancel'))).toEqual([]);
  }
  await client.untilHeard();
  expect(client.of('file_chooser')).toEqual([]);
  // The automation's listener is removed, and the browser has processed that.
  await page.evaluate('0');
  click('one');
  await client.until(() => client.of('file_chooser').length === 1);
  client.send({type: 'file_chooser', id: client.of('file_chooser').at(-1)?.id ?? '', cancel: true});
  await told('one cancel');
  page.on('filechooser', () => {});
  await automation.close();
  await open('one');
});

test('an automation whose own CDP session ends no longer handles the choosers of its page', async () => {
  const automation = await Driver.open(session.cdpUrl);
  await automation.page.send('Page.setInterceptFileChooserDialog', {enabled: true});
  const heard = new Promise((resolve) => automation.page.on('Page.fileChooserOpened', resolve));
  click('one');
  await heard;
  await client.untilHeard();
  expect(client.of('file_chooser')).toEqual([]);
  // The connection stays open.
  await automation.connection.browser.send('Target.detachFromTarget', {sessionId: automation.page.id});
  await open('many');
  automation.close();
});

test('a click right after a chooser was canceled opens the next one, and the page hears of each cancel', async () => {
  for (let count = 1; count <= 6; count++) {
    const {id} = await open(count % 2 ? 'one' : 'many');
    client.send({type: 'file_chooser', id, cancel: true});
  }
  await driver.until('told.filter((line) => / cancel /.test(line)).length === 6');
  expect(await driver.evaluate('told.map((line) => line.split(" ").slice(0, 2).join(" "))')).toEqual(
    ['one', 'many', 'one', 'many', 'one', 'many'].flatMap((id) => ['click', `${id} cancel`]),
  );
});

test('in an exclusive session the files of whoever does not drive are refused', async () => {
  const exclusive = await server.session({control: 'exclusive'});
  const own = await Driver.open(exclusive.cdpUrl);
  await own.goto(`${site.origin}/`);
  const {url} = await server.mint(exclusive.id);
  const [first, second] = [new PreviewClient(url).ackAll(), new PreviewClient(url).ackAll()];
  await Promise.all([first, second].map((each) => each.until(() => each.of('control').some(({viewers}) => viewers === 2))));
  const {id} = await open('one', first);
  upload(second, id, 'theirs', Buffer.from('theirs'));
  await refusal('not_driving', second);
  second.send({type: 'file_chooser', id, cancel: true});
  await second.untilHeard();
  upload(first, id, 'mine', Buffer.from('mine'));
  first.send({type: 'file_chooser', id, done: true});
  await Promise.all([closed(id, first), closed(id, second)]);
  for (const each of [first, second, own]) each.close();
  await server.delete(exclusive.id);
});

test('canceled, abandoned and finished uploads leave no files on the disk', async () => {
  const own = await server.session();
  const page = await Driver.open(own.cdpUrl);
  await page.goto(`${site.origin}/`);
  const by = new PreviewClient((await server.mint(own.id)).url).ackAll();
  await by.until(() => by.of('tabs')[0]);
  const before = await stored();
  const {id} = await open('many', by);
  upload(by, id, 'whole', randomBytes(MIB));
  by.send({type: 'file', id, name: 'half', size: 10, mime: ''});
  by.socket.send(Buffer.from('half'));
  await expect.poll(async () => (await stored()).length).toBe(before.length + 2);
  by.send({type: 'file_chooser', id, cancel: true});
  await expect.poll(async () => (await stored()).length).toBe(before.length);
  await closed(id, by);
  const next = await open('many', by);
  upload(by, next.id, 'whole', randomBytes(MIB));
  by.send({type: 'file', id: next.id, name: 'half', size: 10, mime: ''});
  await expect.poll(async () => (await stored()).length).toBe(before.length + 2);
  const folders = await readdir(folder);
  await server.delete(own.id);
  expect(await stored()).toEqual(before);
  expect((await readdir(folder)).filter((name) => name.startsWith('chaser-session-')).length).toBe(folders.filter((name) => name.startsWith('chaser-session-')).length - 1);
  page.close();
  by.close();
});
