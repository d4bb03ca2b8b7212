import {chromium} from 'playwright/test';
import type {Browser, LaunchOptions} from 'playwright/test';
import {findBrowser} from '../../demo/server/find-browser.js';

/** Launches a headless Chromium of this machine: in a test, the person's browser. */
export function launchBrowser({args = [], ...options}: LaunchOptions = {}): Promise<Browser> {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error('There is no browser on this machine: set CHASER_BROWSER.');
  // Chromium refuses to run as root with its sandbox.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({executablePath, args: [...sandbox, '--disable-quic', '--disable-background-networking', ...args], ...options});
}
