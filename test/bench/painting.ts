import type {Size} from '../../src/protocol.js';
import {Stock} from './feeders.js';
import {type FrameSet, MARK, takeFrames} from './frames.js';
import {type Row, median} from './report.js';
import type {PlayerPage, Stage} from './stage.js';

/** The smallest first. */
export const SIZES: readonly Size[] = [{width: 1280, height: 720}, {width: 1920, height: 1080}];
const PLAYERS = ['bare', 'bare-socket', 'element', 'base64', 'novnc', 'guacamole'] as const;
type PlayerName = (typeof PLAYERS)[number];

const NAMES: Readonly<Record<PlayerName, string>> = {
  bare: 'a bare loop of createImageBitmap and drawImage', 'bare-socket': 'the bare loop behind a WebSocket', element: 'the element', base64: 'base64 in JSON and an <img>',
  novnc: 'noVNC', guacamole: 'guacamole-common-js',
};

interface Run {
  /** Pictures that could be seen: one that is replaced before the display's next turn is none. */
  readonly framesPerSecond: number;
  /** Main-thread milliseconds a frame. */
  readonly taskMs: number;
  readonly processBytes: number;
}

interface PaintingOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** How many of the sizes, the smallest first. */
  readonly sizes: number;
}

/** Frames painted a second, fed as fast as each viewer takes them, what a frame costs the main thread, and the memory after. */
export async function measurePainting(stage: Stage, {rounds, seconds, sizes}: PaintingOptions): Promise<Row[]> {
  const rows: Row[] = [];
  for (const size of SIZES.slice(0, sizes)) {
    const frames = await takeFrames(stage.browser, size);
    const runs = new Map<PlayerName, Run[]>(PLAYERS.map((name) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [name, played] of runs) played.push(await playOnce(stage, name, frames, seconds));
    }
    rows.push(...compare(`Painting, ${size.width} × ${size.height}`, runs, size === SIZES[0]));
  }
  return rows;
}

async function playOnce(stage: Stage, name: PlayerName, frames: FrameSet, seconds: number): Promise<Run> {
  const stock = new Stock(frames);
  const player = await stage.play(name, frames, stock);
  await player.page.waitForFunction(() => window.player.painted >= 10);
  await player.page.evaluate(() => window.countShown());
  const [before, start, startMs] = [await player.counts(), await player.metrics(), performance.now()];
  await player.page.waitForFunction((untilMs) => performance.now() >= untilMs, await player.page.evaluate((ms) => performance.now() + ms, seconds * 1000), {polling: 200});
  const [after, end, endMs] = [await player.counts(), await player.metrics(), performance.now()];
  await checkPicture(stock, name, player);
  const {processBytes} = await player.metrics(true);
  await player.close();
  return {
    framesPerSecond: (after.shown - before.shown) / ((endMs - startMs) / 1000),
    taskMs: (end.taskMs - start.taskMs) / (after.painted - before.painted), processBytes,
  };
}

/** What was counted really was painted: the last frame that was sent is in the picture in the end, pixel for pixel. */
async function checkPicture(stock: Stock, name: PlayerName, {page}: PlayerPage): Promise<void> {
  if (name === 'bare') {
    const number = await page.evaluate(({bits, sidePx}) => window.readNumber(bits, sidePx), MARK);
    if (number < 0) throw new Error('The bare loop shows no picture.');
    return;
  }
  stock.hold();
  const {lastNumber} = stock;
  await page.waitForFunction(({bits, sidePx, lastNumber}) => window.readNumber(bits, sidePx) === lastNumber, {...MARK, lastNumber}, {timeout: 10_000})
    .catch((error: unknown) => {
      throw new Error(`${NAMES[name]} does not come to show picture ${lastNumber}.`, {cause: error});
    });
}

function compare(measure: string, runs: ReadonlyMap<PlayerName, readonly Run[]>, isKey: boolean): Row[] {
  const of = (name: PlayerName, value: (run: Run) => number) => (runs.get(name) ?? []).map(value);
  const ratio = (name: PlayerName, value: (run: Run) => number) =>
    median(of('element', value).map((element, round) => element / (of(name, value)[round] ?? NaN)));
  const rows: Row[] = [
    {measure, what: `frames a second, the element ÷ ${NAMES.bare}`, value: ratio('bare', (run) => run.framesPerSecond), goal: {atLeast: 0.95}},
    {measure, what: `main-thread time a frame, the element ÷ ${NAMES.bare}`, value: ratio('bare', (run) => run.taskMs), goal: {atMost: 0.5}},
    {measure, what: `frames a second, the element ÷ ${NAMES['bare-socket']}`, value: ratio('bare-socket', (run) => run.framesPerSecond)},
    {measure, what: `main-thread time a frame, the element ÷ ${NAMES['bare-socket']}`, value: ratio('bare-socket', (run) => run.taskMs)},
  ];
  for (const name of ['base64', 'novnc', 'guacamole'] as const) {
    rows.push(
      {measure, what: `frames a second, the element ÷ ${NAMES[name]}`, value: ratio(name, (run) => run.framesPerSecond), goal: {atLeast: 1}},
      {measure, what: `main-thread time a frame, the element ÷ ${NAMES[name]}`, value: ratio(name, (run) => run.taskMs), goal: {atMost: name === 'base64' ? 0.25 : 0.15}, isKey: isKey && name === 'novnc'},
      {measure, what: `memory of the page's process, the element ÷ ${NAMES[name]}`, value: ratio(name, (run) => run.processBytes), goal: {atMost: 1}},
    );
  }
  return rows;
}
