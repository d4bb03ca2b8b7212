import type {Protocol} from 'devtools-protocol';
import type {Size} from 'chaser-live-view/protocol';

export type Profile = 'desktop' | 'mobile';

/** The device that a session's pages see. Members are spelled as in the HTTP API. */
export interface Device {
  readonly name: string;
  /** In CSS pixels. */
  readonly viewport: Size;
  readonly device_scale_factor: number;
  readonly user_agent: string;
  readonly touch: boolean;
}

/** The phone's whole screen in CSS pixels. The viewport is the part that the browser's bars leave free. */
export const PHONE_SCREEN: Size = {width: 412, height: 915};
export const PHONE_TOUCH_POINTS = 5;

/** The device that a session was requested with. */
export interface DeviceOptions {
  readonly profile: Profile;
  /** By default the browser's own, or the phone's. */
  readonly userAgent?: string;
}

/**
 * The device of a profile. A phone's user agent names the browser's real version, in the reduced form of Chrome on Android, so that
 * the user agent and the version do not contradict each other.
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
