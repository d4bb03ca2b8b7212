import {lstat, readdir} from 'node:fs/promises';
import {type Server, connect, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {FOLDER_PREFIX, removeFolder} from './folder.js';

const SOCKET = 'owner';
/** A folder that is younger than this may be a new one that has no socket yet. */
const YOUNG_MS = 10_000;

/**
 * Marks a session's folder as owned by this process while the process runs, with a socket in the folder. The socket also answers
 * processes that cannot see this one, for example from another container. Undefined on systems without such sockets.
 */
export function own(folder: string): Promise<Server | undefined> {
  if (process.platform === 'win32') return Promise.resolve(undefined);
  const server = createServer((socket) => socket.destroy());
  server.unref();
  return new Promise((resolve, reject) => server.once('error', reject).listen(join(folder, SOCKET), () => resolve(server)));
}

/** Deletes the folders, with profiles and cookies, of servers that were killed together with the shell processes beside their browsers. */
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

/** The error code if nobody answers at a socket. Undefined if somebody does. */
function ask(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}
