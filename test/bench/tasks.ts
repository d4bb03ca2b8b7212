import {rest} from './crowd.js';
import {takeFrames} from './frames.js';
import {SIZES} from './painting.js';
import {type Row, median, quantile} from './report.js';
import type {Stage} from './stage.js';

const PLAYERS = ['element', 'element-page'] as const;
/** What a page's main thread does is in the trace as one event for each task. */
const TASK = {name: 'RunTask', category: 'disabled-by-default-devtools.timeline'};
const MAIN_THREAD = 'CrRendererMain';

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly dur?: number;
  readonly args?: {readonly name?: string};
}

/** The longest tasks that frames cause on the page's main thread: what a page's own work has to wait for. */
export async function measureTasks(stage: Stage, {rounds, seconds, sizes}: {rounds: number; seconds: number; sizes: number}): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of SIZES.slice(0, sizes)) {
    const frames = await takeFrames(stage.browser, size);
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const longest: number[] = [];
      for (const name of PLAYERS) {
        const player = await stage.play(name, frames);
        await player.page.waitForFunction(() => window.player.painted >= 10);
        const before = await player.counts();
        await stage.browser.startTracing(player.page, {categories: ['-*', 'toplevel', TASK.category]});
        await rest(seconds * 1000);
        const trace = await stage.browser.stopTracing();
        const {painted} = await player.counts();
        await player.close();
        longest.push(longestOf(trace, painted - before.painted));
      }
      const [worker = NaN, onPage = NaN] = longest;
      ratios.push(worker / onPage);
    }
    rows.push({
      measure: `Painting, ${size.width} × ${size.height}`, what: 'longest main-thread task that a frame causes, 99th percentile, the element ÷ the element on the page\'s thread',
      value: median(ratios), goal: {atMost: 0.4},
    });
  }
  return rows;
}

/** Each frame causes a task at least: of as many as there were frames, the longest, the 99th percentile. */
function longestOf(trace: Buffer, frames: number): number {
  // The browser's own format.
  const {traceEvents}: {traceEvents: readonly TraceEvent[]} = JSON.parse(trace.toString());
  const threads = new Map<string, number[]>();
  for (const {name, pid, tid, args} of traceEvents) if (name === 'thread_name' && args?.name === MAIN_THREAD) threads.set(`${pid} ${tid}`, []);
  for (const {name, pid, tid, dur = 0} of traceEvents) if (name === TASK.name) threads.get(`${pid} ${tid}`)?.push(dur);
  // A page that is kept for the next one does nothing.
  const [tasks = []] = [...threads.values()].toSorted((a, b) => sum(b) - sum(a));
  if (tasks.length < frames) throw new Error(`The trace has ${tasks.length} tasks for ${frames} frames.`);
  return quantile(tasks.toSorted((a, b) => b - a).slice(0, frames), 0.99);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
