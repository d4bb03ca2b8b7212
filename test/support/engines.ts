import {existsSync} from 'node:fs';
import type {BrowserLauncher} from '@web/test-runner-core';
import {chromeLauncher} from '@web/test-runner-chrome';
import {playwrightLauncher} from '@web/test-runner-playwright';
import * as puppeteer from 'puppeteer-core';
import {findBrowser} from '../../demo/find-browser.js';
import {webkitLauncher} from './webkit-launcher.js';

/** The browsers that the element's tests run in. */
export const ENGINES = ['chromium', 'firefox', 'webkit'] as const;
export type Engine = (typeof ENGINES)[number];

const FIREFOX_PLACES = ['/usr/bin/firefox-esr', '/usr/bin/firefox', '/Applications/Firefox.app/Contents/MacOS/firefox'];

// Chromium refuses to run as root with its sandbox.
const isRoot = process.getuid?.() === 0;

/** @throws {Error} when the browser is not on this machine: a test that can't run fails. */
export function launcherOf(engine: string): BrowserLauncher {
  switch (engine) {
    case 'chromium':
      return playwrightLauncher({
        product: 'chromium',
        launchOptions: {executablePath: found(findBrowser(), 'chromium'), args: isRoot ? ['--no-sandbox'] : []},
      });
    case 'firefox':
      // Playwright's own Firefox is not in Debian; puppeteer drives an ordinary one over WebDriver BiDi.
      return chromeLauncher({
        puppeteer,
        concurrency: 1,
        launchOptions: {browser: 'firefox', executablePath: found(FIREFOX_PLACES.find((path) => existsSync(path)), 'firefox-esr'), timeout: 60_000},
      });
    case 'webkit':
      return webkitLauncher();
    default:
      throw new Error(`No such engine: ${engine}. There are: ${ENGINES.join(', ')}.`);
  }
}

function found(path: string | undefined, name: string): string {
  if (!path) throw new Error(`There is no ${name} on this machine: apt-get install ${name}.`);
  return path;
}
