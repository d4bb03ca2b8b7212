import {executeServerCommand} from '@web/test-runner-commands';

/** Sends a command of the Chrome DevTools Protocol to this very page: input as the browser's own. */
export async function cdp(method: string, params: object = {}): Promise<unknown> {
  return executeServerCommand('cdp', {method, params});
}
