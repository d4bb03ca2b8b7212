import type {Browser} from 'playwright';
import type {Size} from '../../src/protocol.js';

/** JPEGs of a real page, each with its number in it, to be read from the painted pixels again. */
export interface FrameSet {
  readonly size: Size;
  readonly jpegs: readonly Buffer[];
}

export const FRAME_COUNT = 64;
const JPEG_QUALITY = 70;

/** The number is written in six blocks of black or white, big enough to survive JPEG, at the top left of the picture. */
export const MARK = {bits: 6, sidePx: 16} as const;

const taken = new Map<string, Promise<FrameSet>>();

/** Pictures of a page of text, pictures and boxes that move; taken once for each size. */
export function takeFrames(browser: Browser, size: Size): Promise<FrameSet> {
  const key = `${size.width} × ${size.height}`;
  const frames = taken.get(key) ?? takePictures(browser, size);
  taken.set(key, frames);
  return frames;
}

async function takePictures(browser: Browser, size: Size): Promise<FrameSet> {
  const page = await browser.newPage({viewport: {...size}});
  await page.setContent(PAGE);
  const cdp = await page.context().newCDPSession(page);
  const jpegs: Buffer[] = [];
  for (let number = 0; number < FRAME_COUNT; number++) {
    await page.evaluate((number) => {
      document.body.style.setProperty('--number', String(number));
      for (const [bit, block] of [...document.querySelectorAll<HTMLElement>('.mark')].entries()) {
        block.style.background = (number >> bit) & 1 ? '#fff' : '#000';
      }
    }, number);
    const {data} = await cdp.send('Page.captureScreenshot', {format: 'jpeg', quality: JPEG_QUALITY});
    jpegs.push(Buffer.from(data, 'base64'));
  }
  await page.close();
  return {size, jpegs};
}

const WORDS = 'The quick brown fox jumps over the lazy dog while the shop ships its parcels to the seven seas. '.repeat(40);

const PAGE = `<!doctype html>
<style>
  body { margin: 0; font: 15px/1.5 sans-serif; overflow: hidden; height: 100vh; background: #fafafa; }
  .marks { position: absolute; top: 0; left: 0; display: flex; z-index: 1; }
  .mark { width: ${MARK.sidePx}px; height: ${MARK.sidePx}px; }
  header { height: 120px; background: linear-gradient(calc(var(--number) * 5deg), #1b4965, #62b6cb 40%, #cae9ff); }
  main { columns: 3; padding: 16px; }
  .box { position: absolute; width: 180px; height: 120px; border-radius: 12px; background: #ff7a00; color: #fff; display: grid; place-items: center;
    top: 40%; left: calc(var(--number) * 1%); box-shadow: 0 8px 30px #0006; }
  .photo { position: absolute; right: 40px; bottom: 40px; width: 400px; height: 260px;
    background: conic-gradient(from calc(var(--number) * 6deg), #e63946, #f1faee, #a8dadc, #457b9d, #1d3557, #e63946); }
</style>
<body style="--number: 0">
<div class="marks">${'<i class="mark"></i>'.repeat(MARK.bits)}</div>
<header></header><main>${WORDS}</main><div class="box">Add to cart</div><div class="photo"></div>`;
