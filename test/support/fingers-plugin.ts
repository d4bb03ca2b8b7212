import type {TestRunnerPlugin} from '@web/test-runner-core';
import type {CDPSession, Page} from 'playwright';
import type {Page as PuppeteerPage} from 'puppeteer-core';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The touch screen of a page. Each step has the points of all fingers, or none when all are lifted. */
interface Glass {
  touch(step: readonly Point[]): Promise<void>;
}

interface BrowserWithPages {
  getPage(sessionId: string): Page | PuppeteerPage;
}

/**
 * Real touches for a test page, if the engine's driver can put down several fingers at once, as Chromium's can. Firefox's driver puts them
 * down one after the other, on a busy machine so late that the first counts as a single finger. WebKitGTK's turns them into a mouse.
 * `fingers.ts` is the page's side.
 */
export function fingersPlugin(): TestRunnerPlugin {
  const glasses = new WeakMap<Page | PuppeteerPage, Promise<Glass>>();
  return {
    name: 'fingers',
    async executeCommand({command, payload, session}) {
      if (command !== 'fingers') return undefined;
      const {type} = session.browser;
      if (type !== 'playwright' && type !== 'puppeteer') return false;
      const page = (session.browser as unknown as BrowserWithPages).getPage(session.id);
      const glass = glasses.get(page) ?? glassOf(page);
      if (!glass) return false;
      glasses.set(page, glass);
      for (const step of readSteps(payload)) await (await glass).touch(step);
      return true;
    },
  };
}

/** Undefined if the driver supports only one finger at a time. */
function glassOf(page: Page | PuppeteerPage): Promise<Glass> | undefined {
  if (!('context' in page)) return undefined;
  const isChromium = page.context().browser()?.browserType().name() === 'chromium';
  return isChromium ? page.context().newCDPSession(page).then((client) => new ChromiumGlass(client)) : undefined;
}

class ChromiumGlass implements Glass {
  readonly #client: CDPSession;
  #count = 0;

  constructor(client: CDPSession) {
    this.#client = client;
  }

  async touch(step: readonly Point[]): Promise<void> {
    const type = step.length > this.#count ? 'touchStart' : step.length < this.#count ? 'touchEnd' : 'touchMove';
    this.#count = step.length;
    await this.#client.send('Input.dispatchTouchEvent', {type, touchPoints: step.map(({x, y}, id) => ({x, y, id}))});
  }
}

function readSteps(payload: unknown): readonly (readonly Point[])[] {
  if (!Array.isArray(payload)) throw new TypeError('fingers takes [[{x, y}, …], …].');
  return payload.map((step: unknown) => {
    if (!Array.isArray(step)) throw new TypeError('A step is [{x, y}, …].');
    return step.map((point: unknown) => {
      if (typeof point !== 'object' || point === null || !('x' in point) || !('y' in point)) throw new TypeError('A finger is {x, y}.');
      return {x: Number(point.x), y: Number(point.y)};
    });
  });
}
