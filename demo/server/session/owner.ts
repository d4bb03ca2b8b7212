import {lstat, readdir} from 'node:fs/promises';
import {type Server, connect, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {FOLDER_PREFIX, removeFolder} from './folder.js';

const SOCKET = 'owner';
/** A folder that is being made has no socket yet. */
const YOUNG_MS = 10_000;

/**
 * Makes it known that this process owns a session's folder, for as long as it runs: by a socket in the folder, which answers
 * also to who can't see this process, another container's say. Undefined where a system has none.
 */
export function own(folder: string): Promise<Server | undefined> {
  if (process.platform === 'win32') return Promise.resolve(undefined);
  const server = createServer((socket) => socket.destroy());
  server.unref();
  return new Promise((resolve, reject) => server.once('error', reject).listen(join(folder, SOCKET), () => resolve(server)));
}

/** Deletes what is left of the sessions of servers that were killed, their keepers with them: profiles, with cookies. */
export async function clearLeftovers(): Promise<void> {
  if (process.platform === 'win32') return;
  const names = (await readdir(tmpdir()).catch(() => [])).filter((name) => name.startsWith(FOLDER_PREFIX));
  await Promise.all(names.map(async (name) => {
    const folder = join(tmpdir(), name);
    if (await isLeft(folder)) await removeFolder(folder).catch(() => {});
  }));
}

async function isLeft(folder: string): Promise<boolean> {
  try {
    const found = await lstat(folder);
    if (!found.isDirectory() || found.uid !== process.getuid?.()) return false;
    const answer = await ask(join(folder, SOCKET));
    return answer === 'ECONNREFUSED' || (answer === 'ENOENT' && Date.now() - found.mtimeMs > YOUNG_MS);
  } catch {
    return false;
  }
}

/** Why nobody answers at a socket; undefined where somebody does. */
function ask(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}
