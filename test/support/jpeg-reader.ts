import type {Page} from 'playwright/test';
import {launchBrowser} from './launch-browser.js';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** The colour in the middle. */
  readonly colour: 'red' | 'green' | 'blue' | 'white' | 'other';
}

/** How a number is painted: a row of squares, white for 1 and black for 0, the lowest bit first. */
export const NUMBER = {bits: 16, side: 80};

/** Decodes JPEGs in a browser of its own. */
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
    const {width, height, colours: [rgb = []]} = await this.#colours(jpeg);
    return {width, height, colour: nameOf(rgb)};
  }

  /** The number that is painted in the top left corner, as `NUMBER` has it. */
  async readNumber(jpeg: Buffer): Promise<number> {
    const {colours} = await this.#colours(jpeg, Array.from({length: NUMBER.bits}, (_, bit) => [(bit + 0.5) * NUMBER.side, NUMBER.side / 2]));
    return colours.reduce((number, [red = 0], bit) => number + (red > 127 ? 2 ** bit : 0), 0);
  }

  /** The colours at some points, by default in the middle. */
  async #colours(jpeg: Buffer, points?: readonly (readonly number[])[]): Promise<{width: number; height: number; colours: number[][]}> {
    return this.#page.evaluate(async ({base64, points}) => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes], {type: 'image/jpeg'}));
      const {width, height} = bitmap;
      const context = new OffscreenCanvas(width, height).getContext('2d');
      if (!context) throw new Error('This browser gives no 2D context.');
      context.drawImage(bitmap, 0, 0);
      return {width, height, colours: (points ?? [[width >> 1, height >> 1]]).map(([x = 0, y = 0]) => Array.from(context.getImageData(x, y, 1, 1).data))};
    }, {base64: jpeg.toString('base64'), points});
  }
}

function nameOf([red = 0, green = 0, blue = 0]: readonly number[]): Pixels['colour'] {
  const bits = [red, green, blue].map((value) => value > 200 ? 1 : value < 60 ? 0 : '?').join('');
  return ({'100': 'red', '010': 'green', '001': 'blue', '111': 'white'} as const)[bits] ?? 'other';
}
