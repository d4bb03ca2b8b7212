import type {Page} from 'playwright/test';
import {launchBrowser} from './launch-browser.js';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** The colour in the middle. */
  readonly colour: 'red' | 'green' | 'blue' | 'white' | 'other';
}

/** Reads JPEGs with a browser of its own. */
export class JpegReader {
  readonly close: () => Promise<void>;
  readonly #page: Page;

  static async start(): Promise<JpegReader> {
    const browser = await launchBrowser();
    return new JpegReader(await browser.newPage(), () => browser.close());
  }

  private constructor(page: Page, close: () => Promise<void>) {
    this.#page = page;
    this.close = close;
  }

  async read(jpeg: Buffer): Promise<Pixels> {
    const {width, height, rgb} = await this.#page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], {type: 'image/jpeg'}));
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      if (!context) throw new Error('This browser gives no 2D context.');
      context.drawImage(bitmap, 0, 0);
      const [...rgb] = context.getImageData(bitmap.width >> 1, bitmap.height >> 1, 1, 1).data;
      return {width: bitmap.width, height: bitmap.height, rgb};
    }, jpeg.toString('base64'));
    return {width, height, colour: nameOf(rgb)};
  }
}

function nameOf([red = 0, green = 0, blue = 0]: readonly number[]): Pixels['colour'] {
  const bits = [red, green, blue].map((value) => value > 200 ? 1 : value < 60 ? 0 : '?').join('');
  return ({'100': 'red', '010': 'green', '001': 'blue', '111': 'white'} as const)[bits] ?? 'other';
}
