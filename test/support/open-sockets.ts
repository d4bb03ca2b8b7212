import {readdirSync, readlinkSync} from 'node:fs';

/** How many sockets a process has open (Linux). */
export function openSockets(processId: number | undefined): number {
  const folder = `/proc/${processId}/fd`;
  return readdirSync(folder).filter((name) => {
    try {
      return readlinkSync(`${folder}/${name}`).startsWith('socket:');
    } catch {
      // Closed meanwhile.
      return false;
    }
  }).length;
}
