/**
 * The build shortens the names of internal members. These tests check that it does not shorten public ones: the names in each
 * built file are those of the manifest and of the types.
 */
import {readFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';
import {expect, test} from 'playwright/test';
import type {Browser} from 'playwright/test';
import type * as Package from '../../src/index.js';
import type {ChaserLiveView, LiveViewErrorCode, LiveViewStats, PreviewToken, TokenContext} from '../../src/index.js';
import * as protocol from '../../src/protocol.js';
import {launchBrowser} from '../support/launch-browser.js';
import {readDeclaration, readModules} from './api-tables.js';

/** Members that Lit and the browser call, which are not in the manifest. */
const LIFE_CYCLE = ['constructor', 'attributeChangedCallback', 'willUpdate', 'updated', 'render'];
/** The attribute that a framework writes for `tokenEndpoint` before the element is defined. */
const LOWERED = 'tokenendpoint';
const STATS: Record<keyof LiveViewStats, true> = {
  framesReceived: true, framesPainted: true, framesDropped: true, bytesReceived: true, fps: true, decodeMs: true,
  roundTripMs: true, reconnects: true, inputsSent: true, thread: true,
};
const CONTEXT: Record<keyof TokenContext, true> = {signal: true, reason: true};

let browser: Browser;

test.beforeAll(async () => {
  browser = await launchBrowser();
});

test.afterAll(() => browser.close());

/** A built file as a classic script that leaves its exports in `built`. */
const scripts: Readonly<Record<string, () => Promise<string>>> = {
  'index.js': () => asScript('index.js'),
  'chaser-live-view.js': () => asScript('chaser-live-view.js'),
  'chaser-live-view.iife.js': async () => `${await readFile(dist('chaser-live-view.iife.js'), 'utf8')}\nvar built = ChaserLiveView;`,
};

for (const [file, script] of Object.entries(scripts)) {
  test(`the public names of ${file} are those of the manifest and the types`, async () => {
    const page = await browser.newPage();
    await page.addScriptTag({content: await script()});
    const names = await page.evaluate(readNames);
    await page.close();
    const element = readDeclaration();
    const members = element.members?.filter((member) => !member.static && !member.inheritedFrom).map(({name}) => name) ?? [];
    expect(sorted(names.members)).toEqual(sorted([...members, ...LIFE_CYCLE]));
    expect(sorted(names.attributes)).toEqual(sorted([...element.members?.flatMap(({attribute}) => attribute ?? []) ?? [], LOWERED]));
    expect(sorted(names.parts)).toEqual(sorted(element.cssParts?.map(({name}) => name) ?? []));
    expect(sorted(names.stats)).toEqual(sorted(Object.keys(STATS)));
    expect(sorted(names.context)).toEqual(sorted(Object.keys(CONTEXT)));
    const classes = readModules().flatMap(({declarations = []}) => declarations)
      .map(({name, members = []}) => [name, members.filter((member) => !member.static).map((member) => member.name)] as const);
    expect(sorted(names.exports)).toEqual(sorted(classes.map(([name]) => name)));
    for (const [name, own] of classes.filter(([name]) => name !== 'ChaserLiveView')) expect(sorted(names.instances[name] ?? []), name).toEqual(sorted(own));
    expect(names.error).toEqual({code: 'url_refused' satisfies LiveViewErrorCode, fatal: true});
    expect(names.opened).toBe('ws://127.0.0.1:1/preview?token=t');
    expect(names.pressed).toMatch(/no key combination 'Ctrl\+A'/);
  });
}

// A classic script is read in the encoding of its page, which may differ from the script's.
test('the words of the script for a script tag are right on a page of another encoding', async () => {
  const page = await browser.newPage();
  await page.route('http://page.test/**', (route) => route.request().url().endsWith('.js')
    ? route.fulfill({contentType: 'text/javascript', body: readFileSync(dist('chaser-live-view.iife.js'))})
    : route.fulfill({contentType: 'text/html; charset=windows-1252', body: '<script src="view.js"></script><chaser-live-view lang="ja"></chaser-live-view>'}));
  await page.goto('http://page.test/');
  expect(await page.locator('chaser-live-view [part=status]').textContent()).toBe('セッションなし');
  await page.close();
});

test("the protocol's exports are those of its source", async () => {
  const built: object = await import(dist('protocol.js'));
  expect(sorted(Object.keys(built))).toEqual(sorted(Object.keys(protocol)));
});

/** Runs in the page. */
async function readNames() {
  const {ChaserLiveView: View, LiveViewError, ...events} = (globalThis as unknown as {built: typeof Package}).built;
  const view: ChaserLiveView = document.body.appendChild(new View());
  const parts = new Set<string>();
  const look = async () => {
    await view.updateComplete;
    for (const element of view.shadowRoot?.querySelectorAll('[part]') ?? []) for (const part of element.part) parts.add(part);
  };
  const opened = new Promise<string>((resolve) => {
    globalThis.WebSocket = class extends EventTarget {
      static readonly OPEN = 1;
      readonly readyState = 1;
      onmessage: ((event: {data: string}) => void) | undefined;
      onclose: ((event: {code: number; reason: string}) => void) | undefined;

      constructor(url: string) {
        super();
        resolve(url);
        const say = (message: object) => this.onmessage?.({data: JSON.stringify(message)});
        setTimeout(async () => {
          say({type: 'hello', protocol: 1, session: 's', input_enabled: true, fps: 5, expires_at: '2100-01-01', viewport: {width: 4, height: 3}});
          say({type: 'dialog', id: '1', kind: 'prompt', message: 'Name?', defaultValue: 'Ada'});
          say({type: 'handoff', id: 'hand_1', instructions: 'Solve it', expires_at: '2100-01-01'});
          say({type: 'download', id: '1', name: 'a.txt', size: 1, url: 'http://127.0.0.1:1/a'});
          say({type: 'error', code: 'page_crashed', message: ''});
          await look();
          dispatchEvent(new Event('looked'));
        });
      }

      send() {}

      close() {}
    } as unknown as typeof WebSocket;
  });
  const looked = new Promise((resolve) => addEventListener('looked', resolve, {once: true}));
  view.controls = true;
  let context: string[] = [];
  view.tokenProvider = async (given) => {
    context = Object.keys(given);
    const token: PreviewToken = {url: 'ws://127.0.0.1:1/preview?token=t', expires_at: '2100-01-01', input_enabled: true, fps: 5};
    return token;
  };
  await look();
  const url = await opened;
  await looked;
  let pressed = '';
  try {
    view.pressKey('Ctrl+A');
  } catch (error) {
    pressed = String(error);
  }
  const failed = new Promise<Package.LiveViewErrorEvent>((resolve) => view.addEventListener('error', resolve, {once: true}));
  view.tokenProvider = null;
  view.src = 'https://example.com/';
  const {error} = await failed;
  await look();
  const instances: Record<string, string[]> = {LiveViewError: Object.keys(new LiveViewError('refused', ''))};
  for (const [name, Type] of Object.entries(events)) instances[name] = Object.keys(Reflect.construct(Type, [{id: '', instructions: '', expiresAt: ''}, {}, {}])).filter((key) => key !== 'isTrusted');
  return {
    members: Object.getOwnPropertyNames(View.prototype), attributes: View.observedAttributes, exports: ['ChaserLiveView', 'LiveViewError', ...Object.keys(events)],
    parts: [...parts], stats: Object.keys(view.stats), context, instances, opened: url, pressed,
    error: {code: error.code, fatal: error.fatal},
  };
}

async function asScript(file: string): Promise<string> {
  const {outputFiles} = await build({entryPoints: [dist(file)], bundle: true, format: 'iife', globalName: 'built', write: false});
  return `${outputFiles[0]?.text};globalThis.built = built;`;
}

function dist(file: string): string {
  return fileURLToPath(new URL(`../../dist/${file}`, import.meta.url));
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
