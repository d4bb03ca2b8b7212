import {cdp} from './input-commands.js';

export type Colour = readonly [red: number, green: number, blue: number];

/** Takes a screenshot. Returns a function for the colour at a point of the window, in whole CSS pixels. */
export async function screenshot(): Promise<(x: number, y: number) => Colour> {
  const answer = await cdp('Page.captureScreenshot', {format: 'png'});
  const data = typeof answer === 'object' && answer !== null && 'data' in answer ? String(answer.data) : '';
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], {type: 'image/png'}));
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', {willReadFrequently: true});
  if (!context) throw new Error('This browser gives no 2D context.');
  context.drawImage(bitmap, 0, 0);
  return (x, y) => {
    const [red = 0, green = 0, blue = 0] = context.getImageData(x, y, 1, 1).data;
    return [red, green, blue];
  };
}
