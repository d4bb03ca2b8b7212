import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {Resvg, initWasm} from '@resvg/resvg-wasm';

let isReady: Promise<void> | undefined;

/** Draws an SVG picture as a PNG. */
export async function png(svg: string): Promise<Buffer> {
  isReady ??= readFile(createRequire(import.meta.url).resolve('@resvg/resvg-wasm/index_bg.wasm')).then((wasm) => initWasm(wasm));
  await isReady;
  const resvg = new Resvg(svg);
  const image = resvg.render();
  const bytes = Buffer.from(image.asPng());
  image.free();
  resvg.free();
  return bytes;
}

/** A random number from `min` up to, but not including, `max`. Not for secrets: answers use `randomInt`. */
export function between(min: number, max: number): number {
  return min + Math.random() * (max - min);
}

/** A colour in a form that every renderer accepts: whole numbers, and a hue below 360. */
export function hsl(hue: number, saturation: number, lightness: number): string {
  return `hsl(${Math.round(hue) % 360}, ${Math.round(saturation)}%, ${Math.round(lightness)}%)`;
}
