import {executeServerCommand} from '@web/test-runner-commands';

/** A command of the Chrome DevTools Protocol, with its parameters. */
export type CdpCall = readonly [method: string, params: object];

/** Sends a command of the Chrome DevTools Protocol to this page, for input like the browser's own. */
export async function cdp(method: string, params: object = {}): Promise<unknown> {
  const [answer] = await cdpBurst([[method, params]]);
  return answer;
}

/** Sends commands one after the other without waiting for replies, at the speed of a hand. */
export async function cdpBurst(calls: readonly CdpCall[]): Promise<readonly unknown[]> {
  return executeServerCommand<unknown[], {calls: readonly CdpCall[]}>('cdp', {calls});
}
