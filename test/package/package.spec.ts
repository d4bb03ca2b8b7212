import {execFile} from 'node:child_process';
import {mkdtemp, readFile, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {brotliCompressSync} from 'node:zlib';
import {expect, test} from 'playwright/test';
import {madeDocuments, readDeclaration} from './api-tables.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

/** The package as npm would publish it, unpacked into a `node_modules` of its own, with lit beside it. */
let consumer: string;
let packed: {readonly filename: string; readonly files: readonly {readonly path: string}[]};

test.beforeAll(async () => {
  consumer = await mkdtemp(join(tmpdir(), 'chaser-consumer-'));
  const {stdout} = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', consumer], {cwd: root});
  [packed] = JSON.parse(stdout);
  await writeFile(join(consumer, 'package.json'), '{"private": true, "type": "module"}');
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', join(consumer, packed.filename)], {cwd: consumer});
});

test.afterAll(() => rm(consumer, {recursive: true, force: true}));

test('ships the build, the licence and the README, and nothing else', () => {
  const strangers = packed.files.map(({path}) => path)
    .filter((path) => !/^(dist\/.+\.(js|js\.map|d\.ts|json)|dist\/llms\.txt|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(path));
  expect(strangers).toEqual([]);
});

test('has lit as its only dependency', async () => {
  const {dependencies, peerDependencies} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  expect(Object.keys(dependencies)).toEqual(['lit']);
  expect(peerDependencies).toBeUndefined();
});

test('the lock file has what each system needs of the tools, whichever it was written on', async () => {
  const lock: {packages: Record<string, {optionalDependencies?: Record<string, string>}>} = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  const locked = Object.keys(lock.packages);
  const wanted = Object.values(lock.packages).flatMap(({optionalDependencies = {}}) => Object.keys(optionalDependencies));
  expect(wanted.filter((name) => !locked.some((path) => path.endsWith(`node_modules/${name}`)))).toEqual([]);
});

test('source maps hold the sources that they name', async () => {
  for (const {path} of packed.files.filter(({path}) => path.endsWith('.map'))) {
    const map: {sources: string[]; sourcesContent?: (string | null)[]} = JSON.parse(await readFile(join(root, path), 'utf8'));
    expect(map.sourcesContent?.every((content) => typeof content === 'string' && content.length > 0), path).toBe(true);
  }
});

// The compressed size that a page loads, just above the current one. Raise it only with a reason in the commit. demo/docs/files.md has the size of each part.
const MAX_SELF_CONTAINED_BROTLI_BYTES = 39_500;
const MAX_OWN_CODE_BROTLI_BYTES = 35_930;
const MAX_TABS_BROTLI_BYTES = {selfContained: 9_000, own: 5_000};

test('weighs no more than its budget', async () => {
  for (const file of ['chaser-live-view.js', 'chaser-live-view.iife.js']) {
    const code = await readFile(join(root, 'dist', file));
    expect(brotliCompressSync(code).length, file).toBeLessThanOrEqual(MAX_SELF_CONTAINED_BROTLI_BYTES);
  }
  const own = await run('npx', ['esbuild', 'dist/index.js', '--bundle', '--minify', '--format=esm', '--external:lit', '--external:lit/*'],
    {cwd: root, encoding: 'buffer', maxBuffer: 1e8});
  expect(brotliCompressSync(own.stdout).length, 'beside lit').toBeLessThanOrEqual(MAX_OWN_CODE_BROTLI_BYTES);
  expect(brotliCompressSync(await readFile(join(root, 'dist/chaser-live-tabs.js'))).length, 'the tabs').toBeLessThanOrEqual(MAX_TABS_BROTLI_BYTES.selfContained);
  expect(brotliCompressSync(await readFile(join(root, 'dist/tabs.js'))).length, 'the tabs beside lit').toBeLessThanOrEqual(MAX_TABS_BROTLI_BYTES.own);
});

test('is harmless to import in Node, registered twice or not at all', async () => {
  const script = `
    const index = await import('chaser-live-view');
    const element = await import('chaser-live-view/element');
    const protocol = await import('chaser-live-view/protocol');
    const again = await import('chaser-live-view/chaser-live-view.js');
    const tabs = await import('chaser-live-view/tabs');
    if (typeof tabs.ChaserLiveTabs !== 'function') throw new Error('no tabs');
    if (index.ChaserLiveView !== element.ChaserLiveView) throw new Error('two classes');
    if (typeof index.LiveViewError !== 'function' || typeof index.StateChangeEvent !== 'function') throw new Error('no classes');
    if (protocol.parseServerMessage('{"type":"pong","t":1}').message.t !== 1) throw new Error('no protocol');
    if (!again.ChaserLiveView) throw new Error('the self-contained module exports nothing');
    console.log('fine');`;
  const {stdout} = await run(process.execPath, ['--input-type=module', '--eval', script], {cwd: consumer});
  expect(stdout.trim()).toBe('fine');
});

test('the protocol needs neither lit nor a DOM', async () => {
  const files = ['./protocol.js'];
  for (const file of files) {
    const code = await readFile(join(root, 'dist', file), 'utf8');
    for (const [, id = ''] of code.matchAll(/(?:from|import) ?\(?['"](.+?)['"]/g)) {
      if (!files.includes(id)) files.push(id);
    }
    expect(files.filter((id) => !id.startsWith('./')), file).toEqual([]);
  }
});

test('publint finds nothing', async () => {
  await run('npx', ['publint', '--strict'], {cwd: root});
});

test('the types are right for each way of importing', async () => {
  // The classic script is not a module, the manifest is JSON, and the frameworks' entries are only types.
  await run('npx', ['attw', join(consumer, packed.filename), '--profile', 'esm-only',
    '--exclude-entrypoints', 'chaser-live-view.iife.js', 'chaser-live-tabs.js', 'custom-elements.json', 'vscode.html-custom-data.json', 'vscode.css-custom-data.json', 'web-types.json', 'react', 'vue', 'svelte'], {cwd: root});
});

test('the manifest has each part, custom property and event of the source, and no others', async () => {
  const folder = join(root, 'src/ui');
  const files = [...(await readdir(folder)).map((name) => join(folder, name)), join(root, 'src/chaser-live-view.ts')];
  const source = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
  const [, eventMap = ''] = /interface LiveViewEventMap \{(.+?)\n\}/s.exec(await readFile(join(root, 'src/events.ts'), 'utf8')) ?? [];
  const named = (pattern: RegExp, text = source) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].sort();
  const {cssParts = [], cssProperties = [], events = []} = readDeclaration();
  const names = (items: readonly {readonly name: string}[]) => items.map(({name}) => name).sort();
  expect(names(cssParts)).toEqual(named(/ part="(\w+)"/g));
  expect(names(cssProperties)).toEqual(named(/var\((--chaser-live-view-\w+)/g));
  expect(names(events)).toEqual(named(/^ +(\w+): \w+;/gm, eventMap));
});

test('llms.txt has every page of the docs, each with what it is for', async () => {
  const text = await readFile(join(root, 'dist/llms.txt'), 'utf8');
  expect(text).toMatch(/^# chaser-live-view\n\n> A web component to watch/);
  const docs = (await readdir(join(root, 'demo/docs'), {recursive: true})).filter((name) => name.endsWith('.md'));
  expect(docs.length).toBeGreaterThan(10);
  for (const path of ['README.md', ...docs.map((name) => `demo/docs/${name}`)]) {
    expect(text, path).toMatch(new RegExp(`^- \\[.+\\]\\(${path}\\): \\S.{20,}$`, 'm'));
    expect(text, path).toContain((await readFile(join(root, path), 'utf8')).trim());
  }
});

test("the README's tables are those of the build", () => {
  // The hashes and sizes in demo/docs/files.md are those of the last release, and are written at a release by the same command.
  for (const {file, now, made} of madeDocuments()) if (file.endsWith('README.md')) expect(now, `${file}: run npm run docs`).toBe(made);
});
