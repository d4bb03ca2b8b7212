import {execFile} from 'node:child_process';
import {cp, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {expect, test} from 'playwright/test';
import {PreviewClient, ServerProcess, root} from '../support/server-process.js';

const run = promisify(execFile);

/**
 * The oldest Node that package.json names, the newest with long-term support, and the newest of all. npm has each as a
 * package for every platform.
 */
const NODES = ['22.12', '24', '26'];

let folder: string;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chaser-alone-'));
});

test.afterAll(() => rm(folder, {recursive: true, force: true}));

test('the server alone has the API and no page of the demo', async () => {
  const server = await ServerProcess.start({}, {command: [process.execPath, 'demo/dist/server.js']});
  try {
    expect(server.output).toMatch(/^Server: http:\/\/127\.0\.0\.1:\d+\/$/m);
    expect((await server.call('GET', '/healthz')).status).toBe(200);
    for (const path of ['/', '/gallery', '/embed', '/wall', '/assets/demo.css']) expect((await server.call('GET', path)).status, path).toBe(404);
    expect((await server.call('POST', '/demo/runs', {key: '', body: {captcha: 'grid', profile: 'desktop'}})).status).toBe(404);
  } finally {
    await server.stop();
  }
});

test('the server’s folder runs outside the project, with the packages that its README names and no others', async () => {
  test.setTimeout(180_000);
  const readme = await readFile(join(root, 'demo/server/README.md'), 'utf8');
  const packages = /npm install (chaser-live-view .+)/.exec(readme)?.[1]?.split(' ') ?? [];
  expect(packages.length).toBeGreaterThan(5);
  const copy = join(folder, 'copy');
  await cp(join(root, 'demo/server'), join(copy, 'server'), {recursive: true});
  await writeFile(join(copy, 'package.json'), '{"private": true, "type": "module"}');
  const {stdout} = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {cwd: root});
  const [{filename}]: [{filename: string}] = JSON.parse(stdout);
  const {devDependencies}: {devDependencies: Record<string, string>} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const versions = packages.map((name) => name === 'chaser-live-view' ? join(folder, filename) : `${name}@${devDependencies[name] ?? ''}`);
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', ...versions], {cwd: copy});
  const server = await ServerProcess.start({}, {command: [join(copy, 'node_modules/.bin/tsx'), 'server/main.ts'], cwd: copy});
  try {
    await expectSession(server);
  } finally {
    await server.stop();
  }
});

test.describe('on each Node that is supported', () => {
  test.beforeAll(async () => {
    test.setTimeout(180_000);
    await writeFile(join(folder, 'package.json'), '{"private": true}');
    const builds = NODES.map((version) => `node-${version}@npm:node-${process.platform}-${process.arch}@${version}`);
    await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error', ...builds], {cwd: folder});
  });

  for (const version of NODES) {
    test(`Node ${version} runs a session`, async () => {
      const node = join(folder, `node_modules/node-${version}/bin/node`);
      expect((await run(node, ['--version'])).stdout).toContain(`v${version}.`);
      const server = await ServerProcess.start({}, {command: [node, 'demo/dist/server.js']});
      try {
        await expectSession(server);
      } finally {
        expect((await server.stop()).signal).toBeNull();
      }
    });
  }

  test('the oldest of them is the one that package.json names', async () => {
    const {engines}: {engines: {node: string}} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(engines.node).toBe(`>=${NODES[0]}`);
  });
});

/** Checks that a session starts, has a picture, takes a key and ends. */
async function expectSession(server: ServerProcess): Promise<void> {
  const {id} = await server.session();
  const {url} = await server.mint(id);
  const client = new PreviewClient(url).ackAll();
  await client.until(() => client.frames.length > 0 && client.of('hello').length > 0);
  client.send({type: 'text', text: 'a'});
  await client.untilHeard();
  expect((await server.delete(id)).status).toBe(204);
  expect((await client.untilClosed()).code).toBe(4410);
}
