import {CaptchaServer} from './captchas/captcha-server.js';
import {ShopServer} from './shop/shop-server.js';

interface OpenSites {
  readonly shop: ShopServer;
  readonly captchas: CaptchaServer;
}

/** The shop and the captchas, each at an address of its own. They start with the first visitor. */
export class Sites {
  #open: Promise<OpenSites> | undefined;

  open(): Promise<OpenSites> {
    this.#open ??= CaptchaServer.start().then(async (captchas) => ({captchas, shop: await ShopServer.start(captchas)}));
    return this.#open;
  }

  async close(): Promise<void> {
    const sites = await this.#open;
    await Promise.all([sites?.shop.close(), sites?.captchas.close()]);
  }
}
