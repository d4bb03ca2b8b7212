import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {createRequire} from 'node:module';
import {delimiter, dirname, join} from 'node:path';
import {findBrowser} from './find-browser.js';

/** No browser was found, and none could be installed. */
export class NoBrowserError extends Error {
  override readonly name = 'NoBrowserError';

  constructor() {
    super('No Chrome, Chromium or Edge was found on this machine, and none could be installed. Install one and start again, '
      + 'set CHASER_BROWSER=/path/to/chrome, or use a browser on another machine with CHASER_CDP_URL=http://host:9222.');
  }
}

/** The functions that `getBrowser` needs. Tests replace them. */
export interface Machine {
  readonly find: () => string | undefined;
  /** Runs a command. Resolves to whether it succeeded. */
  readonly run: (command: string, args: readonly string[]) => Promise<boolean>;
  readonly say: (line: string) => void;
  /** Whether system packages can be installed: this needs root and `apt-get`. */
  readonly canInstallPackages: boolean;
}

/**
 * The path of a browser: one on this machine, or else Playwright's, which is downloaded, or else the system's package, which is installed.
 * @throws {NoBrowserError} when none of these works.
 */
export async function getBrowser(machine: Machine = thisMachine): Promise<string> {
  const {find, run, say, canInstallPackages} = machine;
  const found = find();
  if (found !== undefined) return found;
  say('No browser was found on this machine. Installing Chromium; this takes a minute or two, once.');
  const playwright = join(dirname(createRequire(import.meta.url).resolve('playwright/package.json')), 'cli.js');
  // With the system libraries that the browser needs, if they can be installed. A bare Debian has none of them.
  await run(process.execPath, [playwright, 'install', ...(canInstallPackages ? ['--with-deps'] : []), 'chromium']);
  const downloaded = find();
  if (downloaded !== undefined) return downloaded;
  if (canInstallPackages) {
    say('The download failed. Installing the system\'s Chromium package.');
    await run('apt-get', ['update', '-qq']);
    await run('apt-get', ['install', '-y', '-qq', 'chromium']);
  }
  const installed = find();
  if (installed === undefined) throw new NoBrowserError();
  return installed;
}

export const thisMachine: Machine = {
  find: () => findBrowser(),
  say: (line) => console.error(line),
  canInstallPackages: process.getuid?.() === 0 && (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'apt-get'))),
  run: (command, args) => new Promise((resolve) => {
    // Standard output is reserved for the server's address.
    const child = spawn(command, args, {stdio: ['ignore', process.stderr, process.stderr], env: {...process.env, DEBIAN_FRONTEND: 'noninteractive'}});
    child.once('error', () => resolve(false));
    child.once('exit', (status) => resolve(status === 0));
  }),
};
