import type {Page} from 'playwright/test';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** An area of one colour: its box, and the number of its pixels. */
export interface Blob extends Box {
  readonly pixels: number;
}

type IsColour = (red: number, green: number, blue: number) => boolean;

/** The pixels on the live view's canvas, which are all that a person sees. */
export class Picture {
  readonly width: number;
  readonly height: number;
  /** How many frames had been painted when the picture was taken. */
  readonly frame: number;
  readonly #pixels: Buffer;

  static async take(page: Page): Promise<Picture> {
    const {width, height, frame, pixels} = await page.locator('chaser-live-view').evaluate(async (view) => {
      if (!('getStats' in view && typeof view.getStats === 'function' && 'snapshot' in view && typeof view.snapshot === 'function')) throw new Error('There is no view.');
      // Read before the snapshot. A frame that is painted in between is then examined again.
      const frame = Number(view.getStats().framesPainted);
      const picture = await createImageBitmap(await view.snapshot());
      const {width, height} = picture;
      const context = new OffscreenCanvas(width, height).getContext('2d');
      if (!context) throw new Error('There is no picture.');
      context.drawImage(picture, 0, 0);
      const {data} = context.getImageData(0, 0, width, height);
      // A hundred times as fast as a string of every byte, of which there are millions.
      const url = await new Promise<string>((resolve, reject) => {
        const reader = new FileReader();
        reader.addEventListener('load', () => resolve(String(reader.result)));
        reader.addEventListener('error', () => reject(reader.error));
        reader.readAsDataURL(new Blob([data]));
      });
      return {width, height, frame, pixels: url.slice(url.indexOf(',') + 1)};
    });
    return new Picture(width, height, frame, Buffer.from(pixels, 'base64'));
  }

  /** Examines each new picture until `look` finds something in one. */
  static async find<Found>(page: Page, look: (picture: Picture) => Found | undefined): Promise<Found> {
    for (;;) {
      const picture = await Picture.take(page);
      const found = look(picture);
      if (found !== undefined) return found;
      await page.waitForFunction((seen) => {
        const view = document.querySelector('chaser-live-view');
        return view && 'getStats' in view && typeof view.getStats === 'function' && view.getStats().framesPainted > seen;
      }, picture.frame);
    }
  }

  private constructor(width: number, height: number, frame: number, pixels: Buffer) {
    this.width = width;
    this.height = height;
    this.frame = frame;
    this.#pixels = pixels;
  }

  /** The connected areas of this colour, the largest first. */
  blobs(isColour: IsColour): Blob[] {
    const left = new Uint8Array(this.width * this.height);
    for (let index = 0; index < left.length; index++) left[index] = this.#is(isColour, index) ? 1 : 0;
    const blobs: Blob[] = [];
    for (let index = 0; index < left.length; index++) if (left[index] === 1) blobs.push(this.#take(left, index));
    return blobs.sort((one, other) => other.pixels - one.pixels);
  }

  /** The hue of the saturated pixels in a box, in degrees. Undefined if all pixels are pale. */
  hueOf({x, y, width, height}: Box): number | undefined {
    let sine = 0;
    let cosine = 0;
    for (let row = Math.round(y); row < y + height; row++) {
      for (let column = Math.round(x); column < x + width; column++) {
        const [red, green, blue] = this.#colourAt(row * this.width + column);
        const most = Math.max(red, green, blue);
        const chroma = most - Math.min(red, green, blue);
        if (chroma < 110) continue;
        const sextant = most === red ? (green - blue) / chroma : most === green ? 2 + (blue - red) / chroma : 4 + (red - green) / chroma;
        sine += Math.sin(sextant * Math.PI / 3);
        cosine += Math.cos(sextant * Math.PI / 3);
      }
    }
    return Math.hypot(sine, cosine) < 50 ? undefined : (Math.atan2(sine, cosine) * 180 / Math.PI + 360) % 360;
  }

  /** The share of a box that has this colour, from 0 to 1. */
  shareOf(isColour: IsColour, {x, y, width, height}: Box): number {
    let pixels = 0;
    for (let row = Math.round(y); row < y + height; row++) {
      for (let column = Math.round(x); column < x + width; column++) if (this.#is(isColour, row * this.width + column)) pixels++;
    }
    return pixels / (width * height);
  }

  #is(isColour: IsColour, index: number): boolean {
    const at = index * 4;
    return isColour(this.#pixels[at] ?? 0, this.#pixels[at + 1] ?? 0, this.#pixels[at + 2] ?? 0);
  }

  #colourAt(index: number): [number, number, number] {
    const at = index * 4;
    return [this.#pixels[at] ?? 0, this.#pixels[at + 1] ?? 0, this.#pixels[at + 2] ?? 0];
  }

  /** Removes a connected area from the marked pixels, and returns it. */
  #take(left: Uint8Array, start: number): Blob {
    const {width} = this;
    const open = [start];
    left[start] = 0;
    let [pixels, minX, maxX, minY, maxY] = [0, width, 0, this.height, 0];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const x = index % width;
      const y = (index - x) / width;
      pixels++;
      [minX, maxX, minY, maxY] = [Math.min(minX, x), Math.max(maxX, x), Math.min(minY, y), Math.max(maxY, y)];
      for (const next of [x > 0 ? index - 1 : -1, x < width - 1 ? index + 1 : -1, index - width, index + width]) {
        if (left[next] !== 1) continue;
        left[next] = 0;
        open.push(next);
      }
    }
    return {x: minX, y: minY, width: maxX - minX + 1, height: maxY - minY + 1, pixels};
  }
}

export function centre({x, y, width, height}: Box): Point {
  return {x: x + width / 2, y: y + height / 2};
}
