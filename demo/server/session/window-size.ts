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

/** Resizes a desktop session's windows so that pages have the device's viewport, and notices when somebody else has set another size. */
export class WindowSize {
  readonly #options: WindowSizeOptions;

  constructor(options: WindowSizeOptions) {
    this.#options = options;
  }

  follow(page: Page): void {
    page.session.on('Page.frameResized', () => void this.#measure(page).catch(() => {}));
  }

  /** Resizes the window of its first page, whose viewport is `shown` now, to the device's viewport. A phone's page has it already. */
  async fit(page: Page, shown: Size): Promise<void> {
    const {connection, device} = this.#options;
    if (!device.touch) await fitWindow(page, connection, {shown, wanted: device.viewport, measure: () => this.#measure(page)});
  }

  /** Measures a page, and sets the viewport if the page is blank. Other pages may have scroll bars, which frames include and this does not. */
  async #measure(page: Page): Promise<Size> {
    const viewport = await page.viewport();
    const {device, picture} = this.#options;
    if (!device.touch && page.info.url === 'about:blank') picture.setViewport(page, viewport);
    return viewport;
  }
}
