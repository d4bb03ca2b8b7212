import {brotliCompressSync} from 'node:zlib';
import type {Size} from '../../src/protocol.js';
import {brotliSize} from '../package/part-sizes.js';
import {Stock} from './feeders.js';
import {takeFrames} from './frames.js';
import {type Row, median} from './report.js';
import type {Stage} from './stage.js';

const MEASURE = 'Weight';
const SIZE: Size = {width: 1280, height: 720};
const RIVALS = {novnc: 'noVNC', guacamole: 'guacamole-common-js', base64: 'base64 in JSON and an <img>'} as const;

/**
 * Bytes on the wire, the main thread's time to parse and evaluate them, and the time from the script to the first painted
 * frame: loaded, parsed, connected, decoded.
 */
export async function measureWeight(stage: Stage, {rounds}: {rounds: number}): Promise<Row[]> {
  const frames = await takeFrames(stage.browser, SIZE);
  const elementBytes = brotliSize('chaser-live-view.js');
  const bytes = async (name: string) => brotliCompressSync(await stage.bundle(name)).length;
  const firstPaintMs = async (name: string) => {
    const player = await stage.play(name, frames, new Stock(frames, 1));
    await player.page.waitForFunction(() => window.player.painted >= 1);
    const ms = await player.page.evaluate(() => window.firstPaintMs());
    await player.close();
    return ms;
  };
  const paints = new Map<string, number[]>();
  const evaluations = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const name of ['element', ...Object.keys(RIVALS)]) {
      paints.set(name, [...paints.get(name) ?? [], await firstPaintMs(name)]);
      evaluations.set(name, [...evaluations.get(name) ?? [], await evaluationSeconds(stage, name)]);
    }
  }
  const ratio = (times: ReadonlyMap<string, number[]>, name: string) => median(times.get('element') ?? []) / median(times.get(name) ?? []);
  const rows: Row[] = [{measure: MEASURE, what: 'the file for a script tag or an import, with Lit in it, brotli', value: elementBytes, unit: 'bytes', isKey: true}];
  for (const [name, label] of Object.entries(RIVALS)) {
    rows.push({measure: MEASURE, what: `bytes, the element ÷ ${label}`, value: elementBytes / await bytes(name)});
    rows.push({measure: MEASURE, what: `script to first painted frame, the element ÷ ${label}`, value: ratio(paints, name)});
    rows.push({measure: MEASURE, what: `parsing and evaluating, the element ÷ ${label}`, value: ratio(evaluations, name)});
  }
  return rows;
}

/** Of the main thread, for a page's script alone, which is loaded and not started. */
async function evaluationSeconds(stage: Stage, name: string): Promise<number> {
  const page = await stage.browser.newPage();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', {timeDomain: 'threadTicks'});
  await page.goto(`http://${stage.address}/page/${name === 'element' ? 'element-script' : name}`);
  const {metrics} = await cdp.send('Performance.getMetrics');
  await page.close();
  return metrics.filter((metric) => metric.name === 'ScriptDuration' || metric.name === 'V8CompileDuration').reduce((sum, {value}) => sum + value, 0);
}

declare global {
  interface Window {
    firstPaintMs: () => number;
  }
}
