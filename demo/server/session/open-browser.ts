import type {Size} from 'chaser-live-view/protocol';
import {findBrowser} from '../find-browser.js';
import {LocalBrowser} from './browser.js';
import {CdpConnection} from './cdp.js';
import {type DeviceOptions, PHONE_SCREEN} from './device.js';
import {RemoteBrowser} from './remote-browser.js';
import type {SessionBrowser} from './session-browser.js';

export interface BrowserOptions extends DeviceOptions {
  /** Whether a browser that is started here has a window on the display. */
  readonly isHeaded?: boolean;
  /** Path of the browser to start. By default, one is searched for. */
  readonly browserPath?: string;
  /** `http:` or `ws:` address of a CDP endpoint to use instead of starting a browser. */
  readonly cdpUrl?: string;
  /** Patterns of `host:port`, with `*` and `?`, that the session's pages must not reach. Without effect for a `cdpUrl`. */
  readonly blockedHosts?: readonly string[];
  /** Aborts the start, and ends what was started. */
  readonly signal?: AbortSignal;
}

const DESKTOP_SCREEN: Size = {width: 1920, height: 1080};

/**
 * The browser of a new session, and the session's connection to it.
 * @throws {Error} when there is no browser, or it does not start, or it serves another session.
 */
export async function openBrowser(options: BrowserOptions): Promise<{browser: SessionBrowser; connection: CdpConnection}> {
  if (options.cdpUrl !== undefined) {
    const browser = await RemoteBrowser.open(options.cdpUrl, options.signal);
    return {browser, connection: browser.connection};
  }
  const path = options.browserPath ?? findBrowser();
  if (path === undefined) throw new Error('No Chrome, Chromium or Edge was found on this machine. Set CHASER_BROWSER to the path of one.');
  const isMobile = options.profile === 'mobile';
  const browser = await LocalBrowser.launch({
    path, blockedHosts: options.blockedHosts ?? [], isMobile, isHeaded: options.isHeaded ?? false, screenSize: isMobile ? PHONE_SCREEN : DESKTOP_SCREEN,
    ...(options.signal && {signal: options.signal}), ...(options.userAgent !== undefined && {userAgent: options.userAgent}),
  });
  try {
    return {browser, connection: await CdpConnection.open(browser.url, options.signal && {signal: options.signal})};
  } catch (error) {
    await browser.close();
    throw error;
  }
}
