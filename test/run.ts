/**
 * Runs every check of the project, or those that are named, and prints `N passed, N failed` last.
 * A check that cannot run is a failure.
 */
import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import {type Check, type Report, type Result, runCheck} from './support/check.js';
import {ENGINES, getEngine} from './support/engines.js';

const bin = (name: string) => join('node_modules', '.bin', name);
const npmRun = (name: string, more: Partial<Check> = {}): Check => ({name, command: ['npm', 'run', '--silent', name], ...more});
const elementIn = (engine: string, more: Partial<Check> = {}): Check => ({
  name: engine, command: [process.execPath, '--import', 'tsx', 'node_modules/@web/test-runner/dist/bin.js'], env: {TEST_ENGINE: engine}, read: readElement, after: ['build'], ...more,
});
/** Once more what touches the canvas, where there is no worker to be had. */
const onPageIn = (engine: string): Check => elementIn(engine, {name: `${engine}-page`, env: {TEST_ENGINE: engine, TEST_THREAD: 'page'}});
const project = (name: string, cores = 2): Check => (
  {name, command: [bin('playwright'), 'test', `--project=${name}`], read: readPlaywright, cores, after: ['build']}
);

/** A check waits for a part of its time: together they may ask for one core more than there is. */
const CORES = availableParallelism() + 1;
/** A session has a browser with many processes, which give way to others: sessions that share the machine with the element's tests are starved. */
const ALL_CORES = CORES;

/**
 * In the order in which they begin: what takes longest first. All tests need what was built, the element's own only its protocol.
 */
const CHECKS: readonly Check[] = [
  npmRun('build'), npmRun('lint'), npmRun('types', {after: ['build']}),
  project('server', ALL_CORES), elementIn('firefox'), elementIn('webkit'), elementIn('chromium', {cores: 2}), project('e2e', ALL_CORES), project('package'),
  onPageIn('chromium'), onPageIn('firefox'),
];

/** Of what a failed check said, as many lines are said again at the end: others have been at length since. */
const LAST_LINES = 60;

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !CHECKS.some((check) => check.name === name));
  if (unknown.length > 0) throw new Error(`No such check: ${unknown.join(', ')}. There are: ${CHECKS.map(({name}) => name).join(', ')}.`);
  for (const engine of ENGINES) {
    // Chromium is every test's.
    const isNeeded = names.length === 0 || names.some((name) => name.startsWith(engine)) || engine === 'chromium';
    if (isNeeded) await getEngine(engine).catch((error: unknown) => console.error(error));
  }
  // The tests run what was built.
  const results = await runAll(CHECKS.filter(({name}) => names.length === 0 || names.includes(name) || name === 'build'));
  const failures = results.filter(({counts}) => counts.failed > 0);
  for (const {name, counts, output} of failures) {
    console.log(`— ${name}: ${counts.failed} failed. It ended with:\n${output.trimEnd().split('\n').slice(-LAST_LINES).join('\n')}\n`);
  }
  const count = (kind: 'passed' | 'failed') => results.reduce((sum, {counts}) => sum + counts[kind], 0);
  console.log(`${count('passed')} passed, ${count('failed')} failed`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

/** Runs checks beside each other, each as soon as there is room for it and all that it comes after is over. */
async function runAll(checks: readonly Check[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  const waiting = [...checks];
  const running = new Map<Check, Promise<Check>>();
  const begin = async (check: Check) => {
    results.push(await runCheck(check, checks.length === 1));
    return check;
  };
  while (waiting.length + running.size > 0) {
    const taken = [...running.keys()].reduce((sum, {cores = 1}) => sum + cores, 0);
    const isOver = (name: string) => ![...waiting, ...running.keys()].some((check) => check.name === name);
    const next = waiting.find(({cores = 1, after = []}) => taken + cores <= CORES && after.every((name) => isOver(name)));
    if (next) {
      waiting.splice(waiting.indexOf(next), 1);
      running.set(next, begin(next));
    } else running.delete(await Promise.race(running.values()));
  }
  return results;
}

function readElement(file: unknown): Report {
  const unopened = valueOf(file, 'unopened');
  const files = Array.isArray(unopened) ? unopened.map(String) : [];
  const again = files.length > 0 ? files.flatMap((path) => ['--files', path]) : undefined;
  return {passed: numberOf(file, 'passed'), failed: numberOf(file, 'failed'), again};
}

/** Playwright's own JSON report. A skipped test is one that did not run: here that is a failure. */
function readPlaywright(file: unknown): Report {
  const stats = valueOf(file, 'stats');
  const errors = valueOf(file, 'errors');
  const passed = numberOf(stats, 'expected');
  const failed = numberOf(stats, 'unexpected') + numberOf(stats, 'skipped') + numberOf(stats, 'flaky');
  const hasRunNothing = passed + failed === 0;
  return {passed, failed: failed + (Array.isArray(errors) && !hasRunNothing ? errors.length : 0), again: undefined};
}

function numberOf(value: unknown, name: string): number {
  const found = valueOf(value, name);
  if (typeof found !== 'number') throw new TypeError(`The report has no number '${name}'.`);
  return found;
}

function valueOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
}

await main(process.argv.slice(2));
