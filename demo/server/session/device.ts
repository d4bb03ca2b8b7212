import type {Protocol} from 'devtools-protocol';
import type {Size} from 'chaser-live-view/protocol';

export type Profile = 'desktop' | 'mobile';

/** What a session's pages take their machine for; spelt as the HTTP API spells it. */
export interface Device {
  readonly name: string;
  /** CSS pixels. */
  readonly viewport: Size;
  readonly device_scale_factor: number;
  readonly user_agent: string;
  readonly touch: boolean;
}

/** The phone's whole screen in CSS pixels; the viewport is what the browser's own bars leave of it. */
export const PHONE_SCREEN: Size = {width: 412, height: 915};
export const PHONE_TOUCH_POINTS = 5;

/** What a session is asked to be. */
export interface DeviceOptions {
  readonly profile: Profile;
  /** Default: the browser's own, or the phone's. */
  readonly userAgent?: string;
}

/**
 * The device of a profile. A phone's user agent names the browser's own version, in the reduced form that Chrome on
 * Android has: a page that compares the two finds nothing odd.
 */
export function deviceOf({profile, userAgent}: DeviceOptions, browser: Pick<Protocol.Browser.GetVersionResponse, 'userAgent' | 'product'>): Device {
  if (profile === 'desktop') {
    return {
      name: 'Desktop', viewport: {width: 1280, height: 720}, device_scale_factor: 1, user_agent: userAgent ?? browser.userAgent, touch: false,
    };
  }
  return {
    name: 'Pixel 7', viewport: {width: 412, height: 839}, device_scale_factor: 2.625, touch: true,
    user_agent: userAgent ?? `Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${majorOf(browser.product)}.0.0.0 Mobile Safari/537.36`,
  };
}

/** The major version in `HeadlessChrome/156.0.8078.79`, as `Browser.getVersion` names its product. */
export function majorOf(browserVersion: string): string {
  return /\/(\d+)/.exec(browserVersion)?.[1] ?? '140';
}
