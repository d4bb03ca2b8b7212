import {readFileSync} from 'node:fs';

/** The private memory of a process, in bytes (Linux). */
export function memoryOf(processId: number | undefined): number {
  const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}
