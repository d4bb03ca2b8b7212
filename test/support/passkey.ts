import type {Driver} from './driver.js';

/** The options of a page's request for a passkey. */
export const PASSKEY = 'publicKey: {challenge: new Uint8Array(16), timeout: 200}';

/**
 * The result of a page's request for a passkey while nobody presses anything. The request is sent once the browser declines requests again,
 * because it stops doing so whenever a CDP session of the page ends.
 */
export function askForPasskey(driver: Driver): Promise<unknown> {
  return driver.evaluate(`(async () => {
    while (await PublicKeyCredential.isConditionalMediationAvailable()) await new Promise(requestAnimationFrame);
    return navigator.credentials.get({${PASSKEY}}).then(() => 'done', ({name}) => name);
  })()`);
}
