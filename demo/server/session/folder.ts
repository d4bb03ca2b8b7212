import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';

/** By which a session's folder is known among others. */
export const FOLDER_PREFIX = 'chaser-session-';
const BLOCK = 2;

/**
 * What a browser would ask a person in a window of its own, which nobody sees, it refuses by itself: a choice of
 * screens takes the page's input away, a choice of devices never ends. A page can't tell until it asks: the state of
 * each permission is that of a browser that was never used.
 */
const PREFERENCES = {
  hardware: {screen_capture_enabled: false},
  profile: {default_content_setting_values: {bluetooth_guard: BLOCK, hid_guard: BLOCK, serial_guard: BLOCK, usb_guard: BLOCK}},
};

/**
 * Who is asked, on Linux, which program opens a link like `tel:`. By its answer the browser itself does, and so there is
 * no question whether to start one: that would take the page's input away too, even from the pages after it.
 */
const XDG_SETTINGS = '#!/bin/sh\necho yes\n';

/** Makes a folder for a browser and all that it writes. */
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

/** Where downloads go, and pages that are saved, while nobody has said it to the browser, in contexts that an automation makes too. */
function downloadPreferences(path: string): object {
  return {download: {default_directory: path, prompt_for_download: false}, savefile: {default_directory: path}};
}

/** A process that is being killed may still write: the folder is deleted until it stays deleted. */
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

/** The server's environment, without its secrets, and with a place for temporary files that goes with the folder. */
export function environmentIn(folder: string): NodeJS.ProcessEnv {
  const kept = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('CHASER_')));
  if (process.platform !== 'linux') return kept;
  return {...kept, TMPDIR: join(folder, 'tmp'), PATH: [join(folder, 'bin'), kept['PATH']].filter(Boolean).join(delimiter)};
}
