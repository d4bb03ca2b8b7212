import {executeServerCommand} from '@web/test-runner-commands';
import type {LinkQuality, ProxyCall} from './tcp-proxy-plugin.js';

/** A bad link to a preview server. `close` it at the end. */
export class TcpProxy {
  /** The preview URL through this link. */
  readonly url: string;
  readonly #port: number;

  static async to(url: string): Promise<TcpProxy> {
    const through = new URL(url);
    const port = await executeServerCommand<number, ProxyCall>('tcp-proxy', {call: 'open', port: Number(through.port)});
    through.port = String(port);
    return new TcpProxy(through.href, port);
  }

  constructor(url: string, port: number) {
    this.url = url;
    this.#port = port;
  }

  async set(quality: LinkQuality): Promise<void> {
    await executeServerCommand<true, ProxyCall>('tcp-proxy', {call: 'set', proxy: this.#port, quality});
  }

  async cut(): Promise<void> {
    await executeServerCommand<true, ProxyCall>('tcp-proxy', {call: 'cut', proxy: this.#port});
  }

  async close(): Promise<void> {
    await executeServerCommand<true, ProxyCall>('tcp-proxy', {call: 'close', proxy: this.#port});
  }
}
