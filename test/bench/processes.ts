import {execFileSync} from 'node:child_process';
import {readdirSync, readFileSync} from 'node:fs';

/** Processor time that a process has used, in seconds; its children not counted. */
export function cpuSecondsOf(pid: number | undefined): number {
  if (pid === undefined) return NaN;
  if (process.platform === 'linux') {
    // proc(5): fields 14 and 15, in ticks of a hundredth of a second; the name before them may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }
  const time = execFileSync('ps', ['-o', 'cputime=', '-p', String(pid)], {encoding: 'utf8'}).trim();
  return time.split(/[-:]/).reduce((seconds, part) => seconds * 60 + Number(part), 0);
}

/** Resident memory of a process, in bytes. */
export function residentBytesOf(pid: number | undefined): number {
  if (pid === undefined) return NaN;
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], {encoding: 'utf8'}).trim()) * 1024;
}

/** The processes below one, itself among them; where the system lists them. */
export function treeOf(root: number): readonly number[] {
  if (process.platform !== 'linux') return [root];
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  const tree = [root];
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child);
  return tree;
}
