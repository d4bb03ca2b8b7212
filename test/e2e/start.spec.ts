import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {expect, test} from 'playwright/test';
import {type Machine, NoBrowserError, getBrowser} from '../../demo/server/get-browser.js';
import {root, spawnServer} from '../support/server-process.js';

/** A machine without a browser, on which a command may install one. */
class BareMachine implements Machine {
  readonly commands: string[] = [];
  readonly said: string[] = [];
  readonly canInstallPackages: boolean;
  readonly #helps: RegExp | undefined;
  #hasBrowser = false;

  constructor({canInstallPackages, helps}: {canInstallPackages: boolean; helps?: RegExp}) {
    this.canInstallPackages = canInstallPackages;
    this.#helps = helps;
  }

  readonly find = () => this.#hasBrowser ? '/a/browser' : undefined;
  readonly say = (line: string) => this.said.push(line);
  readonly run = async (command: string, args: readonly string[]) => {
    const line = [command.split('/').at(-1), ...args.map((arg) => arg.split('/').slice(-2).join('/'))].join(' ');
    this.commands.push(line);
    this.#hasBrowser ||= this.#helps?.test(line) ?? false;
    return this.#hasBrowser;
  };
}

test('an installed browser is used, and nothing is installed', async () => {
  const machine = new BareMachine({canInstallPackages: true});
  expect(await getBrowser({...machine, find: () => '/usr/bin/some-browser'})).toBe('/usr/bin/some-browser');
  expect(machine.commands).toEqual([]);
});

test('an ordinary laptop without one downloads Playwright\'s', async () => {
  const machine = new BareMachine({canInstallPackages: false, helps: /playwright/});
  expect(await getBrowser(machine)).toBe('/a/browser');
  expect(machine.commands).toEqual(['node playwright/cli.js install chromium']);
  expect(machine.said).toHaveLength(1);
});

test('root on a Debian that can\'t download it installs the system\'s', async () => {
  const machine = new BareMachine({canInstallPackages: true, helps: /^apt-get install/});
  expect(await getBrowser(machine)).toBe('/a/browser');
  expect(machine.commands).toEqual([
    'node playwright/cli.js install --with-deps chromium', 'apt-get update -qq', 'apt-get install -y -qq chromium',
  ]);
});

test('if no browser can be installed, the message says what to do', async () => {
  for (const canInstallPackages of [true, false]) {
    const error = await getBrowser(new BareMachine({canInstallPackages})).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(NoBrowserError);
    expect(String(error)).toMatch(/Install one.*CHASER_BROWSER=.*CHASER_CDP_URL=/);
  }
});

test('a bad CHASER_BROWSER ends the start with one line', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'chaser-test-'));
  const {output, exited} = spawnServer({CHASER_BROWSER: join(folder, 'chrome')});
  expect((await exited).status).toBe(2);
  expect(output.join('').trim().split('\n')).toEqual([expect.stringMatching(/^CHASER_BROWSER: .*chrome/)]);
  await rm(folder, {recursive: true});
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`\`npm start\` says where it is, and ends whole when npm alone is told ${signal}`, async () => {
    // The build exists already.
    const npm = spawn('npm', ['start', '--ignore-scripts'], {cwd: root, detached: true, stdio: ['ignore', 'pipe', 'inherit'], env: {...process.env, PORT: '0'}});
    const group = -(npm.pid ?? 0);
    try {
      let output = '';
      npm.stdout.on('data', (chunk: Buffer) => output += chunk.toString());
      await expect.poll(() => output, {timeout: 30_000, intervals: [50]}).toContain('Demo: ');
      const lines = output.split('\n').filter((line) => line.includes('://'));
      expect(lines).toEqual([expect.stringMatching(/^Demo: http:\/\/127\.0\.0\.1:\d+\/$/)]);
      expect((await fetch(`${lines[0]?.slice('Demo: '.length)}healthz`)).status).toBe(200);
      const exited = once(npm, 'exit');
      npm.kill(signal);
      await exited;
      // No process of npm's group is left.
      await expect.poll(() => isRunning(group), {timeout: 10_000}).toBe(false);
    } finally {
      if (isRunning(group)) process.kill(group, 'SIGKILL');
    }
  });
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}
