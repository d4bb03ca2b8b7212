import {executeServerCommand} from '@web/test-runner-commands';

/** A command of the Chrome DevTools Protocol, with its parameters. */
export type CdpCall = readonly [method: string, params: object];

/** Sends a command of the Chrome DevTools Protocol to this very page: input as the browser's own. */
export async function cdp(method: string, params: object = {}): Promise<unknown> {
  const [answer] = await cdpBurst([[method, params]]);
  return answer;
}

/** Sends commands one after the other without waiting for their answers: as fast as a hand is. */
export async function cdpBurst(calls: readonly CdpCall[]): Promise<readonly unknown[]> {
  return executeServerCommand<unknown[], {calls: readonly CdpCall[]}>('cdp', {calls});
}
