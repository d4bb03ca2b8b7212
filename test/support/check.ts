import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Counts} from './count-reporter.js';

/** One command of the gate. */
export interface Check {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Reads the command's report. Without this function, the whole command counts as one test. */
  readonly read?: (file: unknown) => Report;
  /** How many of the machine's cores the check keeps busy. Default 1. */
  readonly cores?: number;
  /** The checks that must be over before this one starts. */
  readonly after?: readonly string[];
}

/** The content of a command's report. */
export interface Report extends Counts {
  /** Arguments to run again what did not start. Undefined if everything started. */
  readonly again: readonly string[] | undefined;
}

export interface Result {
  readonly name: string;
  readonly counts: Counts;
  readonly output: string;
}

const OUTPUT_TIMEOUT_MS = 5_000;
const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs a check. What did not start is tried once more; a test that failed is not. The check's output is printed at once if the check runs
 * alone, or else at its end.
 */
export async function runCheck(check: Check, isLive: boolean): Promise<Result> {
  const startedAtMs = performance.now();
  const first = await attempt(check, [], isLive);
  let {passed, failed, output} = first;
  if (first.again) {
    const said = `— ${check.name}: ${first.again.length > 0 ? `${first.notStarted} pages were never opened` : 'nothing ran'}. Once more:\n`;
    if (isLive) console.log(said);
    const second = await attempt(check, first.again, isLive);
    passed += second.passed;
    // Files that are tried again have counted as failures.
    failed += second.failed - first.notStarted;
    output = `${output}\n${said}${second.output}`;
  }
  const seconds = Math.round((performance.now() - startedAtMs) / 1000);
  if (!isLive) console.log(`— ${check.name}\n${output}`);
  console.log(`${check.name}: ${passed} passed, ${failed} failed, ${seconds} s\n`);
  return {name: check.name, counts: {passed, failed}, output};
}

interface Attempt extends Report {
  /** How many of the failures are files that did not start. */
  readonly notStarted: number;
  readonly output: string;
}

async function attempt(check: Check, more: readonly string[], isLive: boolean): Promise<Attempt> {
  const folder = mkdtempSync(join(tmpdir(), 'chaser-test-'));
  try {
    const file = join(folder, 'report.json');
    const {status, output} = await spawned(check, [...more], file, isLive);
    if (!check.read) return {passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, again: undefined, notStarted: 0, output};
    const report = read(check.read, file);
    // If nothing has run, the test runner itself did not start.
    if (!report || report.passed + report.failed === 0) return {passed: 0, failed: 1, again: [], notStarted: 1, output};
    const hasSilentFailure = status !== 0 && report.failed === 0;
    return {...report, failed: hasSilentFailure ? 1 : report.failed, notStarted: (report.again?.length ?? 0) / 2, output};
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}

function read(parse: (file: unknown) => Report, file: string): Report | undefined {
  try {
    return parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}

interface Ending {
  readonly status: number | null;
  readonly output: string;
}

function spawned({command: [file = '', ...args], env}: Check, more: readonly string[], reportFile: string, isLive: boolean): Promise<Ending> {
  const chunks: Buffer[] = [];
  const hear = (chunk: Buffer) => {
    chunks.push(chunk);
    if (isLive) process.stdout.write(chunk);
  };
  return new Promise((resolve) => {
    const end = (status: number | null) => resolve({status, output: Buffer.concat(chunks).toString()});
    const child = spawn(file, [...args, ...more], {cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, ...env, TEST_COUNTS_FILE: reportFile}});
    for (const stream of [child.stdout, child.stderr]) stream.on('data', hear);
    child.on('error', (error) => {
      hear(Buffer.from(error.message));
      end(null);
    });
    child.on('close', end);
    // The output stays open if the command has left a process behind.
    child.on('exit', (status) => setTimeout(end, OUTPUT_TIMEOUT_MS, status).unref());
  });
}
