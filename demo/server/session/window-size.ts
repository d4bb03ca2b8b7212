import type {Size} from 'chaser-live-view/protocol';
import type {CdpConnection} from './cdp.js';
import {fitWindow} from './fit-window.js';
import type {Device} from './device.js';
import type {Page} from './page.js';
import type {Picture} from './picture.js';

export interface WindowSizeOptions {
  readonly connection: CdpConnection;
  readonly device: Device;
  readonly picture: Picture;
}

/** Gives a desktop's windows the size in which a page has the device's viewport, and notes where somebody else has set another one. */
export class WindowSize {
  readonly #options: WindowSizeOptions;

  constructor(options: WindowSizeOptions) {
    this.#options = options;
  }

  follow(page: Page): void {
    page.session.on('Page.frameResized', () => void this.#measure(page).catch(() => {}));
  }

  /** Resizes the window so that its first page, which shows `shown` now, has the device's viewport. A phone's has it by itself. */
  async fit(page: Page, shown: Size): Promise<void> {
    const {connection, device} = this.#options;
    if (!device.touch) await fitWindow(page, connection, {shown, wanted: device.viewport, measure: () => this.#measure(page)});
  }

  /** A blank page's viewport is its own before anybody sees it. Others may have scroll bars, which this leaves out and frames do not. */
  async #measure(page: Page): Promise<Size> {
    const viewport = await page.viewport();
    const {device, picture} = this.#options;
    if (!device.touch && page.info.url === 'about:blank') picture.setViewport(page, viewport);
    return viewport;
  }
}
