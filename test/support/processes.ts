import {execFileSync} from 'node:child_process';

export interface RunningProcess {
  readonly id: number;
  /** With its arguments. */
  readonly command: string;
}

/** The processes with a folder in their command line: browsers with their children, and the shells beside them. */
export function processesOf(folder: string): RunningProcess[] {
  return execFileSync('ps', ['-eo', 'pid=,args='], {encoding: 'utf8', maxBuffer: 1e8}).split('\n').filter((line) => line.includes(folder))
    .map((line) => ({id: Number.parseInt(line, 10), command: line.trim().replace(/^\d+\s+/, '')}));
}
