import type {FrameMessages} from './pacer.js';
import type {Patches} from './patches/patches.js';
import {sharedFrame, sharedPatch} from './shared-frame.js';

/** Makes what one player gets for a frame: the whole frame or, if the player takes patches, the difference to the frame that it has. */
export class PlayerFrames implements FrameMessages {
  readonly #patches: Patches;
  #takesPatches = false;
  /** The frame that the player has or is about to have. Undefined if the next one must be whole. */
  #base: Buffer | undefined;

  constructor(patches: Patches) {
    this.#patches = patches;
  }

  setTakesPatches(takesPatches: boolean): void {
    this.#takesPatches = takesPatches;
    if (takesPatches) this.#patches.start();
  }

  reset(): void {
    this.#base = undefined;
  }

  next(jpeg: Buffer): Buffer | Promise<Buffer | undefined> {
    return this.#takesPatches && this.#base ? this.#changeOf(this.#base, jpeg) : this.#whole(jpeg);
  }

  async #changeOf(base: Buffer, jpeg: Buffer): Promise<Buffer | undefined> {
    const cut = await this.#patches.between(base, jpeg);
    if (cut === 'whole' || this.#base !== base) return this.#whole(jpeg);
    this.#base = jpeg;
    return cut === 'same' ? undefined : sharedPatch(cut);
  }

  #whole(jpeg: Buffer): Buffer {
    this.#base = jpeg;
    return sharedFrame(jpeg);
  }
}
