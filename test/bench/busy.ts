import type {Size} from '../../src/protocol.js';
import {XvfbScreen} from '../support/xvfb.js';
import {Stock} from './feeders.js';
import {type FrameSet, MARK, takeFrames} from './frames.js';
import {SIZES} from './painting.js';
import {type Row, median} from './report.js';
import {Stage} from './stage.js';

/** The larger picture, and the browser's own window around it. */
const SCREEN = {width: 2000, height: 1300};
const PLAYERS = ['element', 'element-page', 'bare-socket', 'base64'] as const;
type PlayerName = (typeof PLAYERS)[number];
/** A page that has other things to do: so long in each turn. */
const BUSY = {turnMs: 70, busyMs: 60};
/** More often than a display shows anything. */
const LOOK_INTERVAL_MS = 4;

/**
 * Pictures a second that are on the screen of a display, counted by the numbers in their pixels: alike for whoever paints,
 * from whichever thread.
 */
export async function measureBusy({rounds, seconds, sizes}: {rounds: number; seconds: number; sizes: number}): Promise<Row[]> {
  const screen = await XvfbScreen.start(SCREEN.width, SCREEN.height);
  const stage = await Stage.open({
    headless: false, env: {...process.env, DISPLAY: screen.display}, args: ['--window-position=0,0', `--window-size=${SCREEN.width},${SCREEN.height}`],
  });
  try {
    const rows: Row[] = [];
    for (const size of SIZES.slice(0, sizes)) rows.push(...await compare(stage, screen, size, {rounds, seconds}));
    return rows;
  } finally {
    await stage.close();
    screen.stop();
  }
}

async function compare(stage: Stage, screen: XvfbScreen, size: Size, {rounds, seconds}: {rounds: number; seconds: number}): Promise<Row[]> {
  const frames = await takeFrames(stage.browser, size);
  const seen = {free: new Map<PlayerName, number[]>(), busy: new Map<PlayerName, number[]>()};
  for (let round = 0; round < rounds; round++) {
    for (const name of PLAYERS) {
      for (const [kind, rates] of Object.entries(seen)) {
        rates.set(name, [...rates.get(name) ?? [], await watch(stage, screen, name, frames, seconds, kind === 'busy')]);
      }
    }
  }
  const ratio = (rates: Map<PlayerName, number[]>, other: PlayerName) => median((rates.get('element') ?? []).map((rate, round) => rate / (rates.get(other)?.[round] ?? NaN)));
  const measure = `Seen on the screen, ${size.width} × ${size.height}`;
  return [
    {measure, what: 'pictures a second, the page busy for 60 of every 70 ms, the element ÷ the same on the page\'s thread', value: ratio(seen.busy, 'element-page'), goal: {atLeast: 4}, isKey: size === SIZES[0]},
    {measure, what: 'the same ÷ base64 in JSON and an <img>', value: ratio(seen.busy, 'base64')},
    {measure, what: 'pictures a second, the page idle, the element ÷ the bare loop behind a WebSocket', value: ratio(seen.free, 'bare-socket'), goal: {atLeast: 1}},
    {measure, what: 'the same ÷ the element on the page\'s thread', value: ratio(seen.free, 'element-page')},
  ];
}

async function watch(stage: Stage, screen: XvfbScreen, name: PlayerName, frames: FrameSet, seconds: number, isBusy: boolean): Promise<number> {
  const player = await stage.play(name, frames, new Stock(frames));
  await player.page.waitForFunction(() => window.player.painted >= 10);
  // Above the picture there is the browser's own window.
  const top = await player.page.evaluate((busy) => {
    if (busy) setInterval(() => {
      const untilMs = performance.now() + busy.busyMs;
      while (performance.now() < untilMs);
    }, busy.turnMs);
    return outerHeight - innerHeight;
  }, isBusy && BUSY);
  let pictures = 0;
  let last = -1;
  const endMs = performance.now() + seconds * 1000;
  while (performance.now() < endMs) {
    const number = numberOn(screen, top);
    if (number !== last) pictures++;
    last = number;
    await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL_MS));
  }
  await player.close();
  return pictures / seconds;
}

function numberOn(screen: XvfbScreen, top: number): number {
  let number = 0;
  for (let bit = 0; bit < MARK.bits; bit++) {
    const [red] = screen.at(Math.floor((bit + 0.5) * MARK.sidePx), top + (MARK.sidePx >> 1));
    if (red > 128) number |= 1 << bit;
  }
  return number;
}
