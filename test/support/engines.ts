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

/** The launcher of an engine on this machine. Undefined if the engine is not installed. The system's browser comes before Playwright's. */
function findEngine(engine: Engine): BrowserLauncher | undefined {
  switch (engine) {
    case 'chromium': {
      const path = findBrowser();
      return path === undefined ? undefined
        : playwrightLauncher({product: 'chromium', launchOptions: {executablePath: path, args: isRoot ? ['--no-sandbox'] : []}});
    }
    case 'firefox': {
      const path = FIREFOX_PLACES.find((place) => existsSync(place));
      // Playwright drives only its own Firefox. Puppeteer drives any, over WebDriver BiDi.
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

/** @throws {Error} when the browser is not installed, because a test that can't run must fail. */
export function launcherOf(engine: Engine): BrowserLauncher {
  const launcher = findEngine(engine);
  if (!launcher) throw new Error(`There is no ${engine} on this machine: npx playwright install ${engine}, or apt-get install ${PACKAGES[engine].join(' ')}.`);
  return launcher;
}

/** The engines' Debian packages. */
const PACKAGES: Readonly<Record<Engine, readonly string[]>> = {
  chromium: ['chromium'], firefox: ['firefox-esr'], webkit: ['webkit2gtk-driver', 'xvfb'],
};

/** Installs an engine that is missing, as a system package if possible, or else from Playwright. Does not report a failure. */
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
