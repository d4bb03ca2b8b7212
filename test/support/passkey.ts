import type {Driver} from './driver.js';

/** The public part of a passkey's request, as a script has it. */
export const PASSKEY = 'publicKey: {challenge: new Uint8Array(16), timeout: 200}';

/**
 * What becomes of a page's request for a passkey, with nobody pressing anything. It is made once the browser shows that
 * it knows again how to end one: it forgets whenever a CDP session of the page ends.
 */
export function askForPasskey(driver: Driver): Promise<unknown> {
  return driver.evaluate(`(async () => {
    while (await PublicKeyCredential.isConditionalMediationAvailable()) await new Promise(requestAnimationFrame);
    return navigator.credentials.get({${PASSKEY}}).then(() => 'done', ({name}) => name);
  })()`);
}
