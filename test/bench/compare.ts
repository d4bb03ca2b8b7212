/**
 * This build beside an earlier one: `npm run compare`, or `npm run compare -- REV` for another than the last release. Sizes
 * are of what a page loads, by Brotli; speed is what the bench of each version measures, named measures of it after `REV`
 * (`painting` and `input` by default). Ratios of the two, in one run on one machine.
 */
import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {brotliCompressSync} from 'node:zlib';

interface Measured {
  readonly measure: string;
  readonly what: string;
  readonly value: number;
}

const FILES = ['chaser-live-view.js', 'chaser-live-view.iife.js', 'chaser-live-tabs.js', 'worker.js'];

const [rev = lastRelease(), ...measures] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'chaser-compare-'));
const before = join(folder, 'before');
try {
  run('git', ['worktree', 'add', '--detach', before, rev], process.cwd());
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], before);
  run('npm', ['run', '--silent', 'build'], before);
  console.log(`| size, bytes | ${rev} | now | now ÷ ${rev} |\n| --- | ---: | ---: | ---: |`);
  for (const file of FILES) printRow(file, sizeOf(join(before, 'dist', file)), sizeOf(join('dist', file)));
  const [old, now] = [bench(before), bench(process.cwd())];
  console.log(`\n| ${rev} and now, each by its own bench | ${rev} | now | now ÷ ${rev} |\n| --- | ---: | ---: | ---: |`);
  for (const {measure, what, value} of now) {
    const earlier = old.find((row) => row.measure === measure && row.what === what);
    if (earlier) printRow(`${measure}: ${what}`, earlier.value, value);
  }
} finally {
  execFileSync('git', ['worktree', 'remove', '--force', before]);
  rmSync(folder, {recursive: true, force: true});
}

/** The newest tag of a version. @throws {Error} where there is none yet. */
function lastRelease(): string {
  const [tag] = execFileSync('git', ['tag', '--list', 'v*', '--sort=-version:refname'], {encoding: 'utf8'}).split('\n');
  if (!tag) throw new Error('There is no tag of a release (v1.2.3): name a commit, npm run compare -- REV.');
  return tag;
}

function bench(cwd: string): readonly Measured[] {
  run('npx', ['tsx', 'test/bench/run.ts', ...(measures.length > 0 ? measures : ['painting', 'input'])], cwd);
  const {rows}: {rows: readonly Measured[]} = JSON.parse(readFileSync(join(cwd, 'test-results/bench.json'), 'utf8'));
  return rows;
}

function sizeOf(file: string): number {
  return existsSync(file) ? brotliCompressSync(readFileSync(file)).length : 0;
}

function printRow(name: string, old: number, now: number): void {
  const short = (value: number) => Number.isInteger(value) ? String(value) : value.toFixed(2);
  console.log(`| ${name} | ${short(old)} | ${short(now)} | ${old > 0 ? (now / old).toFixed(2) : '—'} |`);
}

/** What a command says goes to standard error: standard output is the tables. */
function run(command: string, args: readonly string[], cwd: string): void {
  execFileSync(command, [...args], {cwd, stdio: ['ignore', 2, 2]});
}
