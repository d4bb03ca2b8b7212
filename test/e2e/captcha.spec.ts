import {type Browser, type BrowserContextOptions, type Page, expect, test} from 'playwright/test';
import {FingerHand, type Hand, MouseHand} from '../support/hand.js';
import {launchBrowser} from '../support/launch-browser.js';
import {type Blob, type Box, Picture, type Point, centre} from '../support/picture.js';
import {ServerProcess} from '../support/server-process.js';

// These tests use only the picture on the canvas and the person's devices. None of them accesses the session.

// Half of the time, each test waits for the script, which is slow enough for a person to follow.
test.describe.configure({mode: 'parallel'});

let server: ServerProcess;
let browser: Browser;

test.beforeAll(async () => {
  [server, browser] = await Promise.all([ServerProcess.start(), launchBrowser()]);
});

test.afterAll(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

const DESKTOP = {viewport: {width: 1280, height: 900}};
const PHONE = {viewport: {width: 390, height: 844}, deviceScaleFactor: 3, isMobile: true, hasTouch: true};
const TABLET = {viewport: {width: 900, height: 1100}, hasTouch: true};

test('ALTCHA by mouse', async () => {
  const page = await openDemo('captcha=altcha', DESKTOP);
  await clickUntil(new MouseHand(page), page, checkbox, isFilled);
  await expectOrder(page);
});

test('ALTCHA by keyboard', async () => {
  const page = await openDemo('captcha=altcha', DESKTOP);
  await Picture.find(page, checkbox);
  await page.locator('chaser-live-view').evaluate((view) => view.focus());
  // From the form's last field, which the script has focused, to the checkbox, until its focus ring is visible.
  await page.keyboard.press('Tab');
  await Picture.find(page, (picture) => ring(picture, {width: 30, height: 30}));
  await page.keyboard.press('Space');
  await expectOrder(page);
});

test('the slider by mouse', async () => {
  const page = await openDemo('captcha=slider', DESKTOP);
  await slide(new MouseHand(page), page);
  await expectOrder(page);
});

test('the slider by keyboard', async () => {
  const page = await openDemo('captcha=slider', DESKTOP);
  const {handle, gap} = await Picture.find(page, puzzle);
  await page.locator('chaser-live-view').evaluate((view) => view.focus());
  await page.keyboard.press('Tab');
  await Picture.find(page, (picture) => ringAround(picture, handle));
  const way = Math.round(centre(gap).x - centre(handle).x);
  for (let left = way; left > 0; left -= left > 16 ? 16 : 2) await page.keyboard.press(left > 16 ? 'Shift+ArrowRight' : 'ArrowRight');
  await page.keyboard.press('Enter');
  await expectOrder(page);
});

test('the picture grid by mouse', async () => {
  const page = await openDemo('captcha=grid', DESKTOP);
  await choose(new MouseHand(page), page);
  await expectOrder(page);
});

test('on the phone: the slider by touch', async () => {
  const page = await openDemo('captcha=slider&profile=mobile', TABLET);
  await slide(new FingerHand(page), page);
  await expectOrder(page);
});

test('on the phone: the picture grid by touch', async () => {
  const page = await openDemo('captcha=grid&profile=mobile', TABLET);
  await choose(new FingerHand(page), page);
  await expectOrder(page);
});

test('on a phone, a desktop’s session: the picture grid by touch, after a pinch', async () => {
  const page = await openDemo('captcha=grid', PHONE);
  const hand = new FingerHand(page);
  const {picture, middle} = await Picture.find(page, grid);
  // All of the grid and its button stay in sight.
  await hand.pinch(picture, middle, 80, 112);
  await expect.poll(() => page.locator('chaser-live-view').evaluate((view) => 'zoom' in view && view.zoom)).toBeGreaterThan(1.2);
  await choose(hand, page);
  await expectOrder(page);
});

async function openDemo(query: string, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(`${server.url}/?${query}`);
  await expect(page.locator('#status')).toHaveAttribute('data-state', /waiting|failed/, {timeout: 45_000});
  await expect(page.locator('#status')).toHaveText(/^Your turn/);
  return page;
}

/** Checks that the script has continued by itself, and that the page shows the result. */
async function expectOrder(page: Page): Promise<void> {
  await expect(page.locator('#status')).toHaveAttribute('data-state', /done|failed/, {timeout: 15_000});
  await expect(page.locator('#status')).toHaveText(/^Order FB-\d{5} placed/);
  await expect(page.locator('#steps > .done')).toHaveCount(6);
  await page.context().close();
}

/** Finds something in the picture, moves there, and clicks until the picture shows the effect. */
async function clickUntil(hand: Hand, page: Page, find: (picture: Picture) => Box | undefined, isDone: (picture: Picture) => true | undefined): Promise<void> {
  const {box, picture} = await Picture.find(page, (picture) => {
    const box = find(picture);
    return box && {box, picture};
  });
  await hand.click(picture, centre(box));
  await Picture.find(page, isDone);
}

async function slide(hand: Hand, page: Page): Promise<void> {
  const {handle, gap, picture} = await Picture.find(page, puzzle);
  await hand.drag(picture, centre(handle), {x: centre(gap).x, y: centre(handle).y});
}

async function choose(hand: Hand, page: Page): Promise<void> {
  const {picture, tiles, bottom} = await Picture.find(page, grid);
  for (const tile of tiles) {
    await hand.click(picture, centre(tile));
    await Picture.find(page, (picture) => isTicked(picture, tile));
  }
  // The button gets its colour once something is chosen. The pictures may have that colour, too.
  const button = await Picture.find(page, (picture) => picture.blobs(isBrand).find(({y, width, height}) => {
    return y > bottom && width > 70 && height > 30 && width < 140;
  }));
  await hand.click(picture, centre(button));
}

function isBrand(red: number, green: number, blue: number): boolean {
  return Math.abs(red - 106) < 45 && Math.abs(green - 61) < 45 && blue > 195;
}

/** Whether a colour is violet, also in a thin line that the compression has made paler. */
function isViolet(red: number, green: number, blue: number): boolean {
  return blue > green + 45 && blue > red + 25;
}

function isDark(red: number, green: number, blue: number): boolean {
  return red * 0.3 + green * 0.59 + blue * 0.11 < 100;
}

function checkbox(picture: Picture): Blob | undefined {
  return picture.blobs(isViolet).find(({width, height}) => width > 16 && width < 30 && height > 16 && height < 30);
}

/** The focus ring. */
function ring(picture: Picture, {width, height}: Pick<Box, 'width' | 'height'>): Blob | undefined {
  return picture.blobs(isViolet).find((blob) => Math.abs(blob.width - width) < 4 && Math.abs(blob.height - height) < 4);
}

/** The handle's ring: it begins left of the handle, and may run into a picture above that is violet itself. */
function ringAround(picture: Picture, handle: Box): Blob | undefined {
  const bottom = handle.y + handle.height;
  return picture.blobs(isViolet).find(({x, y, height}) => x < handle.x - 2 && x > handle.x - 9 && y < bottom && y + height >= bottom);
}

/** Whether the box has its tick: more than its edge is coloured. */
function isFilled(picture: Picture): true | undefined {
  const box = checkbox(picture);
  return box === undefined || box.pixels > box.width * box.height * 0.5 ? true : undefined;
}

/** The handle, and the gap for the piece above it. */
function puzzle(picture: Picture): {handle: Blob; gap: Blob; picture: Picture} | undefined {
  const handle = picture.blobs(isBrand).find(({width, height}) => width > 48 && height > 36);
  const gap = picture.blobs(isDark).find(({x, width, height, pixels}) => {
    return handle && x > handle.x + 30 && Math.abs(width - 56) < 6 && height > 50 && height < 100 && pixels > width * height * 0.55;
  });
  return handle && gap && {handle, gap, picture};
}

/** The tiles with the same thing as the sample at the top, the bottom of all tiles, and the middle of the grid with its button. */
function grid(picture: Picture): {picture: Picture; tiles: Box[]; bottom: number; middle: Point} | undefined {
  const head = picture.blobs(isBrand).find(({width, height}) => width > 300 && height > 60);
  if (!head) return undefined;
  const sample = picture.hueOf({x: head.x + head.width - 70, y: head.y + 16, width: 52, height: 52});
  const side = (head.width - 18 - 16) / 3;
  const all = Array.from({length: 9}, (_, index) => ({
    x: head.x + 9 + (index % 3) * (side + 8), y: head.y + head.height + 10 + Math.floor(index / 3) * (side + 8), width: side, height: side,
  }));
  const hues = all.map((tile) => picture.hueOf(tile));
  if (sample === undefined || hues.includes(undefined)) return undefined;
  const bottom = head.y + head.height + 10 + 3 * side + 2 * 8;
  return {picture, bottom, middle: centre({...head, height: bottom + 60 - head.y}), tiles: all.filter((_, index) => hueDistance(hues[index] ?? 0, sample) < 25)};
}

/** Whether a tile is chosen: it then has a tick on a disc of the brand's colour in its corner. */
function isTicked(picture: Picture, {x, y}: Box): true | undefined {
  const disc = {x: x + 4, y: y + 4, width: 22, height: 22};
  return picture.shareOf(isBrand, disc) > 0.4 ? true : undefined;
}

function hueDistance(one: number, other: number): number {
  const distance = Math.abs(one - other) % 360;
  return Math.min(distance, 360 - distance);
}
