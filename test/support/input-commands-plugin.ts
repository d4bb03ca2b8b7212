import type {TestRunnerPlugin} from '@web/test-runner-core';
import type {CDPSession, Page} from 'playwright';

interface BrowserWithPages {
  getPage(sessionId: string): Page;
}

/**
 * What Web Test Runner's own commands lack: any command of the Chrome DevTools Protocol on the test's page, so that a
 * test can touch, pinch, turn the wheel and compose as the browser itself does.
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
      const {method, params} = readCall(payload);
      const page = (session.browser as unknown as BrowserWithPages).getPage(session.id);
      const client = await clientOf(page);
      // The method's name comes from a test, which the types of Playwright cannot know.
      return (await client.send(method as 'Input.dispatchMouseEvent', params as never)) ?? {};
    },
  };
}

function readCall(payload: unknown): {method: string; params: object} {
  if (typeof payload !== 'object' || payload === null || !('method' in payload) || typeof payload.method !== 'string') {
    throw new TypeError('cdp takes {method, params}.');
  }
  const params = 'params' in payload && typeof payload.params === 'object' && payload.params !== null ? payload.params : {};
  return {method: payload.method, params};
}
