/**
 * What this viewer costs and how fast it is, beside doing it by hand and beside others: `npm run bench`. Short by
 * default (some minutes); `--full` takes 17 and is steadier; `--docs` writes the table into `demo/docs/speed.md` and its
 * key rows into the README. Names after it are of measures, to run some alone: the others' rows stay those of the last run
 * of that mode. Ratios within one run on one machine; nothing absolute is claimed.
 */
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {cpus, totalmem, type} from 'node:os';
import {parseArgs} from 'node:util';
import {measureBusy} from './busy.js';
import {measureClicks} from './clicking.js';
import {measureCrowd} from './crowd.js';
import {measureIdle} from './idling.js';
import {measureInput} from './inputting.js';
import {measurePainting} from './painting.js';
import {measurePatches} from './patching.js';
import {measureMemory} from './remembering.js';
import {type Row, isMet, toMarkdown} from './report.js';
import {measureLink} from './slow-link.js';
import {Stage} from './stage.js';
import {measureTasks} from './tasks.js';
import {measureWeight} from './weight.js';

interface Measure {
  readonly name: string;
  readonly run: (stage: Stage, isFull: boolean) => Promise<Row[]>;
}

const MEASURES: readonly Measure[] = [
  {name: 'painting', run: (stage, isFull) => measurePainting(stage, isFull ? {rounds: 4, seconds: 1.2, sizes: 2} : {rounds: 2, seconds: 1.2, sizes: 1})},
  {name: 'tasks', run: (stage, isFull) => measureTasks(stage, isFull ? {rounds: 4, seconds: 2.5, sizes: 2} : {rounds: 2, seconds: 1.5, sizes: 1})},
  {name: 'busy', run: (_, isFull) => measureBusy(isFull ? {rounds: 4, seconds: 2, sizes: 2} : {rounds: 2, seconds: 2, sizes: 1})},
  {name: 'input', run: (stage, isFull) => measureInput(stage, isFull ? {presses: 1000, seconds: 5} : {presses: 200, seconds: 2})},
  {name: 'idle', run: (stage, isFull) => measureIdle(stage, {seconds: isFull ? 60 : 5})},
  {name: 'many', run: (stage, isFull) => measureCrowd(stage, isFull ? {viewers: [1, 10, 50, 200], rounds: 5, seconds: 5, settleSeconds: {start: 20, viewers: 3}} : {viewers: [1, 200], rounds: 3, seconds: 2, settleSeconds: {start: 10, viewers: 1}})},
  {name: 'patches', run: (stage, isFull) => measurePatches(stage, isFull ? {restSeconds: 60, rounds: 5, viewers: 200} : {restSeconds: 10, rounds: 2, viewers: 200})},
  {name: 'link', run: (stage, isFull) => measureLink(stage, {pictures: isFull ? 15 : 4})},
  {name: 'weight', run: (stage, isFull) => measureWeight(stage, {rounds: isFull ? 4 : 2})},
  {name: 'memory', run: (stage, isFull) => measureMemory(stage, {frames: isFull ? 10_000 : 1000})},
  {name: 'click', run: (stage, isFull) => measureClicks(stage, {clicks: isFull ? 60 : 10})},
];

const {values: {full: isFull = false, docs: isForDocs = false}, positionals: names} = parseArgs({
  options: {full: {type: 'boolean'}, docs: {type: 'boolean'}}, allowPositionals: true,
});
const RESULTS = 'test-results/bench.json';

interface Result {
  readonly isFull: boolean;
  readonly measures: Readonly<Record<string, readonly Row[]>>;
  /** Of a run that has come to its end. */
  readonly made?: string;
  readonly rows?: readonly Row[];
}

const stage = await Stage.open();
try {
  mkdirSync('test-results', {recursive: true});
  const measures = {...names.length > 0 ? lastMeasures() : {}};
  for (const measure of MEASURES.filter(({name}) => names.length === 0 || names.includes(name))) {
    console.error(`— ${measure.name}`);
    const startMs = performance.now();
    measures[measure.name] = await measure.run(stage, isFull);
    console.error(`  ${Math.round((performance.now() - startMs) / 1000)} s`);
    // At once: a measure that fails takes no other's rows with it.
    writeFileSync(RESULTS, JSON.stringify({isFull, measures} satisfies Result, null, 2));
  }
  const rows = MEASURES.flatMap(({name}) => measures[name] ?? []);
  const report = `${made(stage.browser.version())}\n\n${toMarkdown(rows)}\n\n${notMet(rows)}`;
  const keyReport = `${made(stage.browser.version())}\n\n${toMarkdown(rows.filter(({isKey}) => isKey))}\n\n${notMet(rows)} [The whole table](demo/docs/speed.md#the-table)`
    + ' says why, and what was tried.';
  const result: Result = {isFull, measures, made: made(stage.browser.version()), rows: rows.map((row) => Object.assign({isMet: isMet(row)}, row))};
  writeFileSync(RESULTS, JSON.stringify(result, null, 2));
  writeFileSync('test-results/bench.md', `${report}\n`);
  console.log(report);
  if (isForDocs) {
    writePart('demo/docs/speed.md', report);
    writePart('README.md', keyReport);
  }
} finally {
  await stage.close();
}

/** The rows of the last run of this mode, by measure. */
function lastMeasures(): Result['measures'] {
  if (!existsSync(RESULTS)) return {};
  // The bench's own, of a run before.
  const last: Result = JSON.parse(readFileSync(RESULTS, 'utf8'));
  return last.isFull === isFull ? last.measures : {};
}

/** When and where, and with what. */
function made(chromium: string): string {
  const where = `${type()}, ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB, no GPU`;
  return `${new Date().toISOString().slice(0, 10)}, ${isFull ? 'full' : 'short'} mode; ${where}; Chromium ${chromium}, Node ${process.versions.node}.`;
}

/** How many goals were not met, and where. */
function notMet(rows: readonly Row[]): string {
  const missed = rows.filter((row) => isMet(row) === false);
  const goals = rows.filter(({goal}) => goal).length;
  const measures = [...new Set(missed.map(({measure}) => measure))].join('; ');
  return missed.length > 0 ? `Of ${goals} goals ${missed.length} are not met (${measures}).` : `All ${goals} goals are met.`;
}

/** Replaces what a document has between its marks. */
function writePart(file: string, report: string): void {
  const [start, end] = ['<!-- bench:start, made by npm run bench -- --full --docs -->', '<!-- bench:end -->'];
  const text = readFileSync(file, 'utf8');
  if (!text.includes(start) || !text.includes(end)) throw new Error(`${file} has no ${start} … ${end}.`);
  writeFileSync(file, `${text.slice(0, text.indexOf(start))}${start}\n\n${report}\n\n${text.slice(text.indexOf(end))}`);
}
