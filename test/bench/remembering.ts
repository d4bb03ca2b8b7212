import type {Size} from '../../src/protocol.js';
import {takeFrames} from './frames.js';
import type {Row} from './report.js';
import type {Stage} from './stage.js';

const SIZE: Size = {width: 320, height: 180};

/** The heap after many frames, collected, beside the bare loop's after as many. */
export async function measureMemory(stage: Stage, {frames: count}: {frames: number}): Promise<Row[]> {
  const frames = await takeFrames(stage.browser, SIZE);
  const grown: number[] = [];
  for (const name of ['element', 'bare']) {
    const player = await stage.play(name, frames);
    await player.page.waitForFunction(() => window.player.painted >= 100);
    const before = await player.metrics(true);
    await player.page.waitForFunction((count) => window.player.painted >= count, count, {timeout: 300_000, polling: 250});
    const after = await player.metrics(true);
    grown.push(after.heapBytes / before.heapBytes);
    await player.close();
  }
  const [element = NaN, bare = NaN] = grown;
  return [
    {measure: 'Memory', what: `JS heap after ${count} frames ÷ after 100, the element`, value: element, goal: {atMost: 1.1}},
    {measure: 'Memory', what: 'the same, a bare loop', value: bare},
  ];
}
