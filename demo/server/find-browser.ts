import {accessSync, constants} from 'node:fs';
import {createRequire} from 'node:module';
import {homedir} from 'node:os';
import {join} from 'node:path';

/** Where Chrome, Chromium and Edge usually are, best first. */
const USUAL_PLACES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: [
    '/usr/bin/google-chrome-stable', '/usr/bin/google-chrome', '/opt/google/chrome/chrome', '/usr/bin/chromium',
    '/usr/bin/chromium-browser', '/usr/lib/chromium/chromium', '/snap/bin/chromium', '/usr/bin/microsoft-edge',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    join(homedir(), 'Applications/Google Chrome.app/Contents/MacOS/Google Chrome'),
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [process.env['PROGRAMFILES'], process.env['PROGRAMFILES(X86)'], process.env['LOCALAPPDATA']]
    .flatMap((folder) => folder === undefined ? [] : [
      join(folder, 'Google/Chrome/Application/chrome.exe'),
      join(folder, 'Chromium/Application/chrome.exe'),
      join(folder, 'Microsoft/Edge/Application/msedge.exe'),
    ]),
};

/**
 * The path of a browser on this machine: `CHASER_BROWSER`, or one in a usual place, or Playwright's own. Undefined if
 * there is none.
 */
export function findBrowser(chosen: string | undefined = process.env['CHASER_BROWSER']): string | undefined {
  if (chosen) return chosen;
  return USUAL_PLACES[process.platform]?.find(isExecutable) ?? [playwrightsOwn()].find(isExecutable);
}

/** The path of Playwright's own browser. Loads Playwright, which takes 20 MB of memory, only if no other browser was found. */
function playwrightsOwn(): string {
  const {chromium}: typeof import('playwright') = createRequire(import.meta.url)('playwright');
  return chromium.executablePath();
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
