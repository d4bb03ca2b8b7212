/**
 * Runs every check of the project, or those that are named, one after the other, and prints `N passed, N failed` last.
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

const node = process.execPath;
const bin = (name: string) => join('node_modules', '.bin', name);

const CHECKS: readonly Check[] = [
  {name: 'build', command: ['npm', 'run', '--silent', 'build']},
  {name: 'types', command: ['npm', 'run', '--silent', 'types']},
  {name: 'lint', command: ['npm', 'run', '--silent', 'lint']},
  ...ENGINES.map((engine) => ({name: engine, command: [node, '--import', 'tsx', 'node_modules/@web/test-runner/dist/bin.js'], env: {TEST_ENGINE: engine}, count: readCounts})),
  {name: 'package', command: [bin('playwright'), 'test', '--project=package'], count: readPlaywright},
  {name: 'server', command: [bin('playwright'), 'test', '--project=server'], count: readPlaywright},
  {name: 'e2e', command: [bin('playwright'), 'test', '--project=e2e'], count: readPlaywright},
];

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'chaser-test-'));

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !CHECKS.some((check) => check.name === name));
  if (unknown.length > 0) throw new Error(`No such check: ${unknown.join(', ')}. There are: ${CHECKS.map(({name}) => name).join(', ')}.`);
  for (const engine of ENGINES) {
    // Chromium is every test's.
    const isNeeded = names.length === 0 || names.includes(engine) || engine === 'chromium';
    if (isNeeded) await getEngine(engine).catch((error: unknown) => console.error(error));
  }
  const total: Counts = {passed: 0, failed: 0};
  for (const check of CHECKS) {
    // The tests run what was built.
    if (names.length > 0 && !names.includes(check.name) && check.name !== 'build') continue;
    const counts = await run(check);
    console.log(`${check.name}: ${counts.passed} passed, ${counts.failed} failed\n`);
    total.passed += counts.passed;
    total.failed += counts.failed;
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

async function run(check: Check): Promise<Counts> {
  console.log(`— ${check.name}`);
  const countsFile = join(folder, `${check.name}.json`);
  const status = await spawned(check, countsFile);
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

function spawned({command: [file = '', ...args], env}: Check, countsFile: string): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: {...process.env, ...env, TEST_COUNTS_FILE: countsFile}});
    child.on('error', (error) => {
      console.error(error.message);
      resolve(null);
    });
    child.on('close', resolve);
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
