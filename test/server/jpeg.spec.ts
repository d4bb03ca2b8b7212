import * as fc from 'fast-check';
import {expect, test} from 'playwright/test';
import {PatchCutter} from '../../demo/server/patches/patch-cutter.js';
import {readJpeg} from '../../demo/server/patches/jpeg.js';
import {Scan} from '../../demo/server/patches/scan.js';
import {launchBrowser} from '../support/launch-browser.js';
import {PageFrames} from '../support/page-frames.js';

const FRAMES = 24;
const RUNS = 200;
/** A damaged frame may not take longer than a valid one. The limit has room for a busy machine. */
const MAX_MS = 1_000;

let frames: Buffer[];

test.beforeAll(async () => {
  const pages = await PageFrames.start(7);
  frames = [];
  while (frames.length < FRAMES) frames.push((await pages.next()).jpeg);
  await pages.close();
});

/** Scans a whole JPEG. Returns false if it is damaged. */
function isSound(bytes: Uint8Array): boolean {
  const jpeg = readJpeg(bytes);
  return jpeg !== undefined && new Scan(jpeg).advance(jpeg.columns * jpeg.rows);
}

/** Cuts a patch for two frames, within the time limit. */
function cutOf(base: Uint8Array, frame: Uint8Array): ReturnType<PatchCutter['cut']> {
  const cutter = new PatchCutter();
  const startMs = performance.now();
  cutter.add(1, base);
  cutter.add(2, frame);
  const cut = cutter.cut(1, 2);
  expect(performance.now() - startMs).toBeLessThan(MAX_MS);
  return cut;
}

test('a screencast\'s frame is scanned to its end, and equals itself', () => {
  for (const frame of frames) {
    const jpeg = readJpeg(frame);
    if (!jpeg) throw new Error('It is not read.');
    const scan = new Scan(jpeg);
    const count = jpeg.columns * jpeg.rows;
    expect(scan.advance(count)).toBe(true);
    expect(jpeg.dataBits - (scan.starts[count] ?? 0), 'bits that fill the last byte').toBeLessThan(8);
    expect(cutOf(frame, Buffer.from(frame))).toBe('same');
  }
});

test('a patch is a valid JPEG with every piece, smaller than two thirds of the frame', () => {
  let patches = 0;
  for (const [index, frame] of frames.entries()) {
    const cut = index === 0 ? 'whole' : cutOf(frames[index - 1] ?? frame, frame);
    if (typeof cut === 'string') continue;
    patches++;
    const jpeg = readJpeg(cut.jpeg);
    const picture = readJpeg(frame);
    expect(isSound(cut.jpeg)).toBe(true);
    expect(cut.jpeg.length).toBeLessThan(frame.length * 2 / 3);
    for (const [sx, sy, width, height, x, y] of cut.copies) {
      expect(Math.min(sx, sy, x, y, width - 1, height - 1)).toBeGreaterThanOrEqual(0);
      expect(sx + width).toBeLessThanOrEqual(jpeg?.width ?? 0);
      expect(sy + height).toBeLessThanOrEqual(jpeg?.height ?? 0);
      expect(x + width).toBeLessThanOrEqual(picture?.width ?? 0);
      expect(y + height).toBeLessThanOrEqual(picture?.height ?? 0);
    }
  }
  expect(patches).toBeGreaterThan(FRAMES / 3);
});

test('truncated and corrupted frames cause no exception and no delay, and a browser decodes every patch of them', async () => {
  const anyFrame = fc.integer({min: 0, max: FRAMES - 1});
  const cuts: Buffer[] = [];
  const note = (cut: ReturnType<PatchCutter['cut']>) => {
    if (typeof cut !== 'string') cuts.push(Buffer.from(cut.jpeg));
  };
  fc.assert(fc.property(fc.uint8Array({maxLength: 2_000}), anyFrame, (bytes, at) => {
    const frame = frames[at] ?? Buffer.of();
    note(cutOf(bytes, frame));
    note(cutOf(frame, bytes));
    // Also after a valid header.
    const header = frame.subarray(0, frame.indexOf(Buffer.of(0xff, 0xda)) + 14);
    note(cutOf(frame, Buffer.concat([header, bytes, Buffer.of(0xff, 0xd9)])));
  }), {numRuns: RUNS, seed: 11});
  // Random doubles would nearly all be close to 0.
  const place = fc.integer({min: 0, max: 999_999}).map((millionths) => millionths / 1e6);
  const flips = fc.array(fc.tuple(place, fc.integer({min: 0, max: 7})), {maxLength: 4});
  fc.assert(fc.property(anyFrame, flips, fc.boolean(), place, (at, bits, isInHeader, end) => {
    const base = frames[at] ?? Buffer.of();
    const bytes = Buffer.from(base);
    for (const [share, bit] of bits) {
      const index = Math.floor(share * (isInHeader ? Math.min(700, bytes.length) : bytes.length));
      bytes[index] = (bytes[index] ?? 0) ^ 1 << bit;
    }
    note(cutOf(base, bytes));
    note(cutOf(bytes, base));
    note(cutOf(base, bytes.subarray(0, Math.floor(end * bytes.length))));
  }), {numRuns: RUNS, seed: 12});
  expect(cuts.length).toBeGreaterThan(20);
  const browser = await launchBrowser();
  const page = await browser.newPage();
  const undecoded = await page.evaluate(async (jpegs) => {
    let count = 0;
    for (const jpeg of jpegs) {
      const bytes = Uint8Array.from(atob(jpeg), (character) => character.charCodeAt(0));
      await createImageBitmap(new Blob([bytes], {type: 'image/jpeg'})).catch(() => count++);
    }
    return count;
  }, cuts.map((jpeg) => jpeg.toString('base64')));
  await browser.close();
  expect(undecoded).toBe(0);
});

test('a JPEG of another kind, or of another size or quality than the one before, goes whole', () => {
  const [frame = Buffer.of(), other = frame] = frames;
  const changed = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(frame);
    change(bytes);
    return bytes;
  };
  const frameHeaderAt = frame.indexOf(Buffer.of(0xff, 0xc0));
  const scanAt = frame.indexOf(Buffer.of(0xff, 0xda));
  const kinds: Record<string, Buffer> = {
    'progressive': changed((bytes) => bytes[frameHeaderAt + 1] = 0xc2),
    'other sampling': changed((bytes) => bytes[frameHeaderAt + 11] = 0x11),
    'other components': changed((bytes) => bytes[frameHeaderAt + 10] = 82),
    'another size': changed((bytes) => bytes.writeUInt16BE(bytes.readUInt16BE(frameHeaderAt + 7) - 1, frameHeaderAt + 7)),
    'no size': changed((bytes) => bytes.writeUInt16BE(0, frameHeaderAt + 5)),
    'another quality': changed((bytes) => bytes[frame.indexOf(Buffer.of(0xff, 0xdb)) + 8] = 99),
    'restart markers': Buffer.concat([frame.subarray(0, scanAt), Buffer.of(0xff, 0xdd, 0, 4, 0, 8), frame.subarray(scanAt)]),
    'a profile of colours': Buffer.concat([frame.subarray(0, 2), Buffer.of(0xff, 0xe2, 0, 4, 1, 1), frame.subarray(2)]),
    'no end': frame.subarray(0, -2),
  };
  for (const [kind, bytes] of Object.entries(kinds)) {
    expect(cutOf(frame, bytes), kind).toBe('whole');
    expect(cutOf(bytes, other), kind).toBe('whole');
  }
});
