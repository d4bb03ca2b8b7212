import type {Size} from '../../src/protocol.js';
import {TcpProxy} from '../support/tcp-proxy-plugin.js';
import {type FeederName, Live} from './feeders.js';
import {MARK, takeFrames} from './frames.js';
import {type Row, median} from './report.js';
import type {Stage} from './stage.js';

const SIZE: Size = {width: 1280, height: 720};
const LINK = {bytesPerSecond: 200_000, delayMs: 150};
const FPS = 10;
const RIVALS: Readonly<Partial<Record<FeederName, string>>> = {base64: 'base64 in JSON, acked', novnc: 'noVNC', guacamole: 'guacamole-common-js'};

/** How old the picture is over a slow link, in the time that the link takes to carry two frames. */
export async function measureLink(stage: Stage, {pictures}: {pictures: number}): Promise<Row[]> {
  const frames = await takeFrames(stage.browser, SIZE);
  const frameBytes = median(frames.jpegs.map(({length}) => length));
  const twoFramesMs = LINK.delayMs + 2 * frameBytes / LINK.bytesPerSecond * 1000;
  const proxy = new TcpProxy(Number(stage.address.split(':')[1]));
  const address = `127.0.0.1:${await proxy.listen()}`;
  const ageMs = async (name: FeederName) => {
    const live = new Live(frames, FPS);
    proxy.set(LINK);
    const {page} = await stage.play(name, frames, live, address);
    const seen = await page.evaluate(({bits, sidePx, count}) => window.watchNumbers(bits, sidePx, count), {...MARK, count: pictures + 3});
    await page.close();
    // The first ones come before the link is full.
    return median(seen.slice(3).map(({number, atEpochMs}) => live.ageMs(number, atEpochMs)));
  };
  const element = await ageMs('element');
  const link = `${LINK.bytesPerSecond / 1000} kB/s and ${LINK.delayMs} ms`;
  const rows: Row[] = [{measure: 'Link', what: `the picture's age at ${link}, the element ÷ the time to send two frames`, value: element / twoFramesMs, goal: {atMost: 1}}];
  for (const name of ['base64', 'novnc', 'guacamole'] as const) {
    rows.push({measure: 'Link', what: `the element's age ÷ that of ${RIVALS[name]}`, value: element / await ageMs(name)});
  }
  proxy.close();
  return rows;
}
