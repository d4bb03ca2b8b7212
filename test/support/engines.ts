import {existsSync} from 'node:fs';
import type {BrowserLauncher} from '@web/test-runner-core';
import {chromeLauncher} from '@web/test-runner-chrome';
import {playwrightLauncher} from '@web/test-runner-playwright';
import * as puppeteer from 'puppeteer-core';
import {firefox, webkit} from 'playwright';
import {findBrowser} from '../../demo/server/find-browser.js';
import {getBrowser, thisMachine} from '../../demo/server/get-browser.js';
import {isWebKitHere, webkitLauncher} from './webkit-launcher.js';

/** The browsers that the element's tests run in. */
export const ENGINES = ['chromium', 'firefox', 'webkit'] as const;
export type Engine = (typeof ENGINES)[number];

const FIREFOX_PLACES = ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/Applications/Firefox.app/Contents/MacOS/firefox'];

// Chromium refuses to run as root with its sandbox.
const isRoot = process.getuid?.() === 0;

/** How an engine of this machine is driven; undefined when it is not here. The system's own comes before Playwright's. */
function findEngine(engine: Engine): BrowserLauncher | undefined {
  switch (engine) {
    case 'chromium': {
      const path = findBrowser();
      return path === undefined ? undefined
        : playwrightLauncher({product: 'chromium', launchOptions: {executablePath: path, args: isRoot ? ['--no-sandbox'] : []}});
    }
    case 'firefox': {
      const path = FIREFOX_PLACES.find((place) => existsSync(place));
      // Playwright drives its own Firefox alone; puppeteer any, over WebDriver BiDi.
      if (path !== undefined) return chromeLauncher({puppeteer, concurrency: 1, launchOptions: {browser: 'firefox', executablePath: path, timeout: 60_000}});
      return existsSync(firefox.executablePath()) ? playwrightLauncher({product: 'firefox', concurrency: 1}) : undefined;
    }
    case 'webkit':
      if (isWebKitHere()) return webkitLauncher();
      return existsSync(webkit.executablePath()) ? playwrightLauncher({product: 'webkit', concurrency: 1}) : undefined;
  }
}

/** @throws {Error} when there is no engine of this name. */
export function engineOf(name: string): Engine {
  const engine = ENGINES.find((known) => known === name);
  if (!engine) throw new Error(`No such engine: ${name}. There are: ${ENGINES.join(', ')}.`);
  return engine;
}

/** @throws {Error} when the browser is not on this machine: a test that can't run fails. */
export function launcherOf(engine: Engine): BrowserLauncher {
  const launcher = findEngine(engine);
  if (!launcher) throw new Error(`There is no ${engine} on this machine: npx playwright install ${engine}, or apt-get install ${PACKAGES[engine].join(' ')}.`);
  return launcher;
}

/** What Debian calls them. */
const PACKAGES: Readonly<Record<Engine, readonly string[]>> = {
  chromium: ['chromium'], firefox: ['firefox-esr'], webkit: ['webkit2gtk-driver', 'xvfb'],
};

/** Gets an engine that is not here, from the system where it can, else from Playwright; says nothing when it could not. */
export async function getEngine(engine: Engine): Promise<void> {
  if (findEngine(engine)) return;
  if (engine === 'chromium') {
    await getBrowser();
    return;
  }
  const {canInstallPackages, run, say} = thisMachine;
  say(`There is no ${engine} on this machine: getting it.`);
  if (canInstallPackages) {
    await run('apt-get', ['update', '-qq']);
    await run('apt-get', ['install', '-y', '-qq', ...PACKAGES[engine]]);
  }
  if (!findEngine(engine)) await run('npx', ['playwright', 'install', engine]);
}
