import type {TestRunnerPlugin} from '@web/test-runner-core';
import type {CDPSession, Page} from 'playwright';

interface BrowserWithPages {
  getPage(sessionId: string): Page;
}

type Call = readonly [method: string, params: object];

/**
 * Lets a test send any command of the Chrome DevTools Protocol to its page, for touches, pinches, the wheel and input methods, which Web
 * Test Runner's own commands lack.
 */
export function inputCommandsPlugin(): TestRunnerPlugin {
  const clients = new WeakMap<Page, Promise<CDPSession>>();
  const clientOf = (page: Page) => {
    const client = clients.get(page) ?? page.context().newCDPSession(page);
    clients.set(page, client);
    return client;
  };
  return {
    name: 'input-commands',
    async executeCommand({command, payload, session}) {
      if (command !== 'cdp') return undefined;
      const client = await clientOf((session.browser as unknown as BrowserWithPages).getPage(session.id));
      // Playwright's types cannot know the methods' names, which come from a test.
      return Promise.all(readCalls(payload).map(async ([method, params]) => (await client.send(method as 'Input.dispatchMouseEvent', params as never)) ?? {}));
    },
  };
}

function readCalls(payload: unknown): Call[] {
  if (typeof payload !== 'object' || payload === null || !('calls' in payload) || !Array.isArray(payload.calls)) {
    throw new TypeError('cdp takes {calls: [[method, params], …]}.');
  }
  return payload.calls.map(readCall);
}

function readCall(call: unknown): Call {
  const [method, params]: readonly unknown[] = Array.isArray(call) ? call : [];
  if (typeof method !== 'string' || typeof params !== 'object' || params === null) throw new TypeError('A call is [method, params].');
  return [method, params];
}
