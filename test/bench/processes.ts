import {execFileSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';

/** Processor time that a process has used, in seconds; its children not counted. */
export function cpuSecondsOf(pid: number | undefined): number {
  if (pid === undefined) return NaN;
  if (process.platform === 'linux') {
    // The scheduler's own count, in nanoseconds, of each thread: https://docs.kernel.org/scheduler/sched-stats.html
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.reduce((seconds, thread) => seconds + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e9, 0);
  }
  const time = execFileSync('ps', ['-o', 'cputime=', '-p', String(pid)], {encoding: 'utf8'}).trim();
  return time.split(/[-:]/).reduce((seconds, part) => seconds * 60 + Number(part), 0);
}

/** Resident memory of a process, in bytes. */
export function residentBytesOf(pid: number | undefined): number {
  if (pid === undefined) return NaN;
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], {encoding: 'utf8'}).trim()) * 1024;
}

/** Memory that a process has for itself alone, in bytes; where that is not told, what is resident. */
export function privateBytesOf(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return residentBytesOf(pid);
  const lines = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').matchAll(/^Private_(?:Clean|Dirty): +(\d+) kB$/gm);
  return [...lines].reduce((bytes, [, kilobytes]) => bytes + Number(kilobytes) * 1024, 0);
}
