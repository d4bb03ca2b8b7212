import type {Size} from '../../src/protocol.js';
import {TcpProxy} from '../support/tcp-proxy-plugin.js';
import {type FeederName, Live} from './feeders.js';
import {MARK, takeFrames} from './frames.js';
import {type Row, median} from './report.js';
import type {Stage} from './stage.js';

const SIZE: Size = {width: 1280, height: 720};
const LINK = {bytesPerSecond: 200_000, delayMs: 150};
const FPS = 10;
/** Pictures that come before the link is full, and before the server has learnt how much it carries. */
const WARM_UP = {element: 10, rival: 3};
const RIVALS: Readonly<Partial<Record<FeederName, string>>> = {base64: 'base64 in JSON, acked', novnc: 'noVNC', guacamole: 'guacamole-common-js'};

/** How old the picture is over a slow link, in the time that the link takes to carry two frames. */
export async function measureLink(stage: Stage, {pictures}: {pictures: number}): Promise<Row[]> {
  const frames = await takeFrames(stage.browser, SIZE);
  const frameBytes = median(frames.jpegs.map(({length}) => length));
  const twoFramesMs = LINK.delayMs + 2 * frameBytes / LINK.bytesPerSecond * 1000;
  const proxy = new TcpProxy(Number(stage.address.split(':')[1]));
  const address = `127.0.0.1:${await proxy.listen()}`;
  const start = async (name: FeederName, warmUp: number) => {
    const live = new Live(frames, FPS);
    const {page} = await stage.play(name, frames, live, address);
    const ages = page.evaluate(({bits, sidePx, count}) => window.watchNumbers(bits, sidePx, count), {...MARK, count: pictures + warmUp})
      .then((seen) => seen.map(({number, atEpochMs}) => live.ageMs(number, atEpochMs)));
    await page.waitForFunction(() => window.player.painted > 0);
    return {ages, close: () => page.close()};
  };
  proxy.set(LINK);
  // All at once, each with a link of its own: at this rate they leave the machine at rest.
  const player = await start('element', WARM_UP.element);
  const rivals = [];
  for (const name of ['base64', 'novnc', 'guacamole'] as const) rivals.push({name, ...await start(name, WARM_UP.rival)});
  const ages = await player.ages;
  const element = median(ages.slice(WARM_UP.element));
  const link = `${LINK.bytesPerSecond / 1000} kB/s and ${LINK.delayMs} ms`;
  const rows: Row[] = [
    {measure: 'Link', what: `the picture's age at ${link}, the element ÷ the time to send two frames`, value: element / twoFramesMs, goal: {atMost: 1}, isKey: true},
    {measure: 'Link', what: 'the same, the oldest of all, before the server has learnt how much the link carries', value: Math.max(...ages) / twoFramesMs},
  ];
  for (const {name, ages: theirs} of rivals) {
    rows.push({measure: 'Link', what: `the element's age ÷ that of ${RIVALS[name]}`, value: element / median((await theirs).slice(WARM_UP.rival))});
  }
  await Promise.all([player, ...rivals].map(({close}) => close()));
  proxy.close();
  return rows;
}
