/**
 * Runs every check of the project, or those that are named, and prints `N passed, N failed` last.
 * A check that cannot run is a failure.
 */
import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Counts} from './support/count-reporter.js';
import {ENGINES, getEngine} from './support/engines.js';

interface Check {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Reads the counts that the command wrote; without it, the command as a whole is one test. */
  readonly count?: (file: unknown) => Counts;
}

interface Result {
  readonly name: string;
  readonly counts: Counts;
  readonly output: string;
}

const node = process.execPath;
const bin = (name: string) => join('node_modules', '.bin', name);

const npmRun = (name: string): Check => ({name, command: ['npm', 'run', '--silent', name]});
const elementIn = (engine: string): Check => (
  {name: engine, command: [node, '--import', 'tsx', 'node_modules/@web/test-runner/dist/bin.js'], env: {TEST_ENGINE: engine}, count: readCounts}
);
/** Once more what touches sockets, frames and the canvas, where there is no worker to be had. */
const onPageIn = (engine: string): Check => {
  const files = ['stream', 'frames', 'patches', 'life', 'renewal', 'controls', 'slow-link'].flatMap((name) => ['--files', `test/element/${name}.test.ts`]);
  const {command, env, count} = elementIn(engine);
  return {name: `${engine}-page`, command: [...command, ...files], env: {...env, TEST_THREAD: 'page'}, ...(count && {count})};
};
const project = (name: string): Check => ({name, command: [bin('playwright'), 'test', `--project=${name}`], count: readPlaywright});

/** One step after the other; the checks of a step at the same time, where they mostly wait. */
const STEPS: readonly (readonly Check[])[] = [
  [npmRun('build')], [npmRun('types'), npmRun('lint')],
  [elementIn('chromium'), onPageIn('chromium')], [elementIn('firefox'), elementIn('webkit'), project('package')], [onPageIn('firefox')],
  [project('server')], [project('load')], [project('e2e')],
];

const OUTPUT_TIMEOUT_MS = 5_000;
/** Of what a failed check said, as many lines are said again at the end: others have been at length since. */
const LAST_LINES = 60;
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'chaser-test-'));

async function main(names: readonly string[]): Promise<void> {
  const known = STEPS.flat().map(({name}) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`No such check: ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  for (const engine of ENGINES) {
    // Chromium is every test's.
    const isNeeded = names.length === 0 || names.some((name) => name.startsWith(engine)) || engine === 'chromium';
    if (isNeeded) await getEngine(engine).catch((error: unknown) => console.error(error));
  }
  const results: Result[] = [];
  for (const step of STEPS) {
    // The tests run what was built.
    const checks = step.filter(({name}) => names.length === 0 || names.includes(name) || name === 'build');
    results.push(...await Promise.all(checks.map((check) => run(check, checks.length === 1))));
  }
  const failures = results.filter(({counts}) => counts.failed > 0);
  for (const {name, counts, output} of failures) {
    console.log(`— ${name}: ${counts.failed} failed. It ended with:\n${output.trimEnd().split('\n').slice(-LAST_LINES).join('\n')}\n`);
  }
  const count = (kind: keyof Counts) => results.reduce((sum, {counts}) => sum + counts[kind], 0);
  console.log(`${count('passed')} passed, ${count('failed')} failed`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

/** Runs a check. What it says is printed as it comes where it runs alone, and else when it is done. */
async function run(check: Check, isAlone: boolean): Promise<Result> {
  const startedAtMs = performance.now();
  const countsFile = join(folder, `${check.name}.json`);
  const chunks: Buffer[] = [];
  const title = `— ${check.name}`;
  if (isAlone) console.log(title);
  const status = await spawned(check, countsFile, (chunk) => {
    chunks.push(chunk);
    if (isAlone) process.stdout.write(chunk);
  });
  const output = Buffer.concat(chunks).toString();
  if (!isAlone) console.log(`${title}\n${output}`);
  const counts = read(check, status, countsFile);
  const seconds = Math.round((performance.now() - startedAtMs) / 1000);
  console.log(`${check.name}: ${counts.passed} passed, ${counts.failed} failed, ${seconds} s\n`);
  return {name: check.name, counts, output};
}

function read(check: Check, status: number | null, countsFile: string): Counts {
  if (!check.count) return status === 0 ? {passed: 1, failed: 0} : {passed: 0, failed: 1};
  try {
    const counts = check.count(JSON.parse(readFileSync(countsFile, 'utf8')));
    const hasSilentFailure = status !== 0 && counts.failed === 0;
    const ranNothing = counts.passed + counts.failed === 0;
    return hasSilentFailure || ranNothing ? {...counts, failed: 1} : counts;
  } catch {
    return {passed: 0, failed: 1};
  }
}

function spawned({command: [file = '', ...args], env}: Check, countsFile: string, print: (chunk: Buffer) => void): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, ...env, TEST_COUNTS_FILE: countsFile}});
    for (const stream of [child.stdout, child.stderr]) stream.on('data', print);
    child.on('error', (error) => {
      print(Buffer.from(error.message));
      resolve(null);
    });
    child.on('close', resolve);
    // A process that one of its own has left behind keeps its output open.
    child.on('exit', (status) => setTimeout(resolve, OUTPUT_TIMEOUT_MS, status).unref());
  });
}

function readCounts(file: unknown): Counts {
  return {passed: numberOf(file, 'passed'), failed: numberOf(file, 'failed')};
}

/** Playwright's own JSON report. A skipped test is one that did not run: here that is a failure. */
function readPlaywright(file: unknown): Counts {
  const stats = typeof file === 'object' && file !== null && 'stats' in file ? file.stats : undefined;
  const failures = numberOf(stats, 'unexpected') + numberOf(stats, 'skipped') + numberOf(stats, 'flaky');
  const errors = typeof file === 'object' && file !== null && 'errors' in file && Array.isArray(file.errors) ? file.errors.length : 0;
  return {passed: numberOf(stats, 'expected'), failed: failures + errors};
}

function numberOf(value: unknown, name: string): number {
  const found: unknown = typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
  if (typeof found !== 'number') throw new TypeError(`The report has no number '${name}'.`);
  return found;
}

try {
  await main(process.argv.slice(2));
} finally {
  rmSync(folder, {recursive: true, force: true});
}
