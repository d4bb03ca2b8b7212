import type {TestRunnerPlugin} from '@web/test-runner-core';
import {PatchCutter} from '../../demo/server/patches/patch-cutter.js';
import type {PatchCopy} from '../../src/protocol.js';
import {PageFrames} from './page-frames.js';

/** A whole frame, and its patch. */
export interface CutFrame {
  /** A JPEG in base64. */
  readonly whole: string;
  readonly cut: {readonly jpeg: string; readonly copies: readonly PatchCopy[]} | 'same' | 'whole';
}

/** How many frames a test gets. `patch-exactness.long.spec.ts` sets thousands. */
const FRAMES = Number(process.env['PATCH_FRAMES'] ?? 60);

/** Gives a test page frames of real pages, with the patches that the reference server cuts out of them. */
export function pageFramesPlugin(): TestRunnerPlugin {
  let frames: Promise<PageFrames> | undefined;
  const cutter = new PatchCutter();
  let count = 0;
  const next = async (): Promise<CutFrame> => {
    frames ??= PageFrames.start(FRAMES);
    const {jpeg} = await (await frames).next();
    cutter.add(++count, jpeg);
    const cut = cutter.cut(count - 1, count);
    return {whole: jpeg.toString('base64'), cut: typeof cut === 'string' ? cut : {jpeg: Buffer.from(cut.jpeg).toString('base64'), copies: cut.copies}};
  };
  return {
    name: 'page-frames',
    async executeCommand({command, payload}) {
      if (command === 'page-frame-count') return FRAMES;
      if (command !== 'page-frames') return undefined;
      const batch: CutFrame[] = [];
      while (batch.length < Number(payload)) batch.push(await next());
      return batch;
    },
    async serverStop() {
      await (await frames)?.close();
    },
  };
}
