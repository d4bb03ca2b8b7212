import {readFileSync} from 'node:fs';

/** What a process holds in memory of its own, in bytes (Linux). */
export function memoryOf(processId: number | undefined): number {
  const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}
