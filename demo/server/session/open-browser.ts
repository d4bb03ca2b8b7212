import type {Size} from 'chaser-live-view/protocol';
import {findBrowser} from '../find-browser.js';
import {LocalBrowser} from './browser.js';
import {CdpConnection} from './cdp.js';
import {type DeviceOptions, PHONE_SCREEN} from './device.js';
import {RemoteBrowser} from './remote-browser.js';
import type {SessionBrowser} from './session-browser.js';

export interface BrowserOptions extends DeviceOptions {
  /** Whether it is a window on the display, where it is started here. */
  readonly isHeaded?: boolean;
  /** Path of the browser to start; by default one that is found. */
  readonly browserPath?: string;
  /** `http:` or `ws:` address of a CDP endpoint to use instead of a browser of the session's own. */
  readonly cdpUrl?: string;
  /** Patterns of `host:port`, `*` and `?` in them, that the session's pages must not reach. Not at a `cdpUrl`. */
  readonly blockedHosts?: readonly string[];
  /** Gives the start up: what was begun is ended. */
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
