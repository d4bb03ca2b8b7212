import type {PatchCopy} from 'chaser-live-view/protocol';
import type {Browser, JSHandle, Page} from 'playwright/test';
import {launchBrowser} from './launch-browser.js';
import type {PreviewClient} from './server-process.js';

/** A binary message, and the copies if it is a patch. */
interface FrameMessage {
  /** In base64. */
  readonly jpeg: string;
  readonly copies: readonly PatchCopy[] | undefined;
}

/** What a client has painted so far. */
interface View {
  readonly canvas: JSHandle<OffscreenCanvas>;
  readonly hashes: string[];
}

/** Decodes and paints a player's frames in a browser of its own, and compares pictures by a hash of their pixels. */
export class Pictures {
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #views = new WeakMap<PreviewClient, View>();

  static async start(): Promise<Pictures> {
    const browser = await launchBrowser();
    return new Pictures(browser, await browser.newPage());
  }

  private constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.#page = page;
  }

  close(): Promise<void> {
    return this.#browser.close();
  }

  /** The hash of the picture after each binary message of a client. Messages that were painted before are not painted again. */
  async seenBy(client: PreviewClient): Promise<readonly string[]> {
    const {canvas, hashes} = await this.#viewOf(client);
    const messages = messagesOf(client).slice(hashes.length);
    hashes.push(...await canvas.evaluate(async (canvas, messages) => {
      const context = canvas.getContext('2d', {alpha: false, willReadFrequently: true});
      if (!context) throw new Error('This browser gives no 2D context.');
      const hashes: string[] = [];
      for (const {jpeg, copies} of messages) {
        const bytes = Uint8Array.from(atob(jpeg), (character) => character.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes], {type: 'image/jpeg'}));
        if (copies) for (const [sx, sy, width, height, x, y] of copies) context.drawImage(bitmap, sx, sy, width, height, x, y, width, height);
        else {
          Object.assign(canvas, {width: bitmap.width, height: bitmap.height});
          context.drawImage(bitmap, 0, 0);
        }
        const {data} = context.getImageData(0, 0, canvas.width, canvas.height);
        let [one, other] = [canvas.width, canvas.height];
        for (const pixel of new Uint32Array(data.buffer)) {
          one = Math.imul((one << 5 | one >>> 27) ^ pixel, 0x9e3779b1);
          other = Math.imul((other << 13 | other >>> 19) + pixel, 0x85ebca6b);
        }
        hashes.push(`${one} ${other}`);
      }
      return hashes;
    }, messages));
    return hashes;
  }

  async #viewOf(client: PreviewClient): Promise<View> {
    const view = this.#views.get(client) ?? {canvas: await this.#page.evaluateHandle(() => new OffscreenCanvas(0, 0)), hashes: []};
    this.#views.set(client, view);
    return view;
  }
}

function messagesOf({order, frames, messages}: PreviewClient): FrameMessage[] {
  const found: FrameMessage[] = [];
  let message = 0;
  let copies: readonly PatchCopy[] | undefined;
  for (const kind of order) {
    if (kind === 'frame') {
      found.push({jpeg: frames[found.length]?.jpeg.toString('base64') ?? '', copies});
      copies = undefined;
      continue;
    }
    const told = messages[message++];
    if (told?.type === 'patch') copies = told.copies;
  }
  return found;
}
