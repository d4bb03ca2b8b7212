import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';

/** The beginning of the name of every session's folder. */
export const FOLDER_PREFIX = 'chaser-session-';
const BLOCK = 2;

/**
 * The browser refuses by itself what it would ask a person in a native window, which nobody sees: a chooser of screens blocks the
 * page's input, and a chooser of devices never ends. A page can't tell before it asks, because each permission has the state of an
 * unused browser.
 */
const PREFERENCES = {
  hardware: {screen_capture_enabled: false},
  profile: {default_content_setting_values: {bluetooth_guard: BLOCK, hid_guard: BLOCK, serial_guard: BLOCK, usb_guard: BLOCK}},
};

/**
 * On Linux, the browser asks this program which program opens a link such as `tel:`. The answer says that the browser itself does. So
 * the browser does not ask whether to start a program: that prompt would block the input of this page and of later ones.
 */
const XDG_SETTINGS = '#!/bin/sh\necho yes\n';

/** Creates a folder for a browser and everything that it writes. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), FOLDER_PREFIX));
  try {
    await Promise.all(['tmp', 'bin', 'downloads', 'uploads', 'profile/Default'].map((name) => mkdir(join(folder, name), {recursive: true})));
    await writeFile(join(profileIn(folder), 'Default', 'Preferences'), JSON.stringify({...PREFERENCES, ...downloadPreferences(downloadsIn(folder))}));
    await writeFile(join(folder, 'bin', 'xdg-settings'), XDG_SETTINGS, {mode: 0o755});
    return folder;
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

/** The folder for downloads and saved pages until a CDP client sets another one, also in contexts that an automation creates. */
function downloadPreferences(path: string): object {
  return {download: {default_directory: path, prompt_for_download: false}, savefile: {default_directory: path}};
}

/** Deletes a folder until it stays deleted, because a process that is being killed may still write into it. */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, {recursive: true, force: true, maxRetries: 10, retryDelay: 100});
}

export function downloadsIn(folder: string): string {
  return join(folder, 'downloads');
}

export function uploadsIn(folder: string): string {
  return join(folder, 'uploads');
}

export function profileIn(folder: string): string {
  return join(folder, 'profile');
}

/** The server's environment without its secrets, and with a folder for temporary files that is deleted with the session's. */
export function environmentIn(folder: string): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('CHASER_')));
  if (process.platform !== 'linux') return kept;
  return {...kept, TMPDIR: join(folder, 'tmp'), PATH: [join(folder, 'bin'), kept['PATH']].filter(Boolean).join(delimiter)};
}
