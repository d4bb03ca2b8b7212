import type {Browser, Page} from 'playwright';

/** The script's stage. `waiting` is for a person. */
export type RunState = 'starting' | 'working' | 'waiting' | 'done' | 'failed';

/** The script's progress, for a page to show. */
export interface Progress {
  readonly state: RunState;
  /** How many steps are done. The step with this index is in progress, or has failed. */
  readonly stepsDone: number;
  /** The placed order's number, or why the script failed. */
  readonly result: string;
}

/** Asks for a person. */
export interface Asked {
  /** Resolves to how the request ended, and the person's note. */
  readonly ended: Promise<{readonly status: string; readonly note: string | undefined}>;
  /** Cancels the request. Does nothing if it has ended. */
  readonly cancel: () => void;
}

export type AskPerson = (instructions: string) => Asked;

/** The script needed a person, who could not help. */
class PersonError extends Error {
  override readonly name = 'PersonError';
}

interface Step {
  readonly title: string;
  /** The line of the script. */
  readonly code: string;
  readonly isForPerson?: true;
  readonly run: (page: Page, errand: Pick<Errand, 'shopUrl' | 'askPerson'>) => Promise<void>;
}

/** Slows the script down, so that a person can follow it. */
const STEP_PAUSE_MS = 500;
const KEY_PAUSE_MS = 25;
const STEP_TIMEOUT_MS = 30_000;
const WANDER_PAUSE_MS = 1_500;
/** How long a page may take to notice that its captcha is solved. */
const SETTLE_MS = 3_000;

const STEPS: readonly Step[] = [
  {
    title: 'Open the shop',
    code: 'page.goto(shop)',
    run: async (page, {shopUrl}) => {
      await page.goto(shopUrl);
    },
  },
  {
    title: 'Put coffee in the cart',
    code: 'page.getByRole(\'button\', {name: /Night Train/}).click()',
    run: async (page) => {
      await page.getByRole('button', {name: /Night Train/}).click();
      await page.getByRole('link', {name: 'Cart 1'}).waitFor();
    },
  },
  {
    title: 'Go to the checkout',
    code: 'page.getByRole(\'link\', {name: /Cart/}).click()',
    run: async (page) => {
      await page.getByRole('link', {name: /Cart/}).click();
      await page.getByRole('heading', {name: 'Checkout'}).waitFor();
    },
  },
  {
    title: 'Fill in the form',
    code: 'page.getByLabel(\'Name\').pressSequentially(\'Ada Lovelace\')',
    run: async (page) => {
      await page.getByLabel('Name').pressSequentially('Ada Lovelace', {delay: KEY_PAUSE_MS});
      await page.getByLabel('E-mail').pressSequentially('ada@example.org', {delay: KEY_PAUSE_MS});
      await page.getByLabel('Address').pressSequentially('12 St James’s Square, London', {delay: KEY_PAUSE_MS});
      await page.locator('button.order').scrollIntoViewIfNeeded();
    },
  },
  {
    title: 'A captcha: ask a person',
    code: 'askPerson(\'Solve the captcha, then press Done.\')',
    isForPerson: true,
    run: (page, {askPerson}) => handCaptchaOver(page, askPerson),
  },
  {
    title: 'Place the order',
    code: 'page.getByRole(\'button\', {name: \'Place order\'}).click()',
    run: async (page) => {
      await page.getByRole('button', {name: 'Place order'}).click();
      await page.locator('#order-number').waitFor();
    },
  },
];

/** Asks for a person until the checkout is open, whether or not they press Done. */
async function handCaptchaOver(page: Page, askPerson: AskPerson): Promise<void> {
  const open = page.locator('button.order:enabled').waitFor({timeout: 0}).then(() => 'open' as const);
  // Awaited below. Until then, the promise may reject, because the session has ended.
  open.catch(() => {});
  for (let instructions = 'Solve the captcha, then press Done.'; ; instructions = 'The captcha is not solved yet. Solve it, then press Done.') {
    const asked = askPerson(instructions);
    const first = await Promise.race([open, asked.ended]).finally(asked.cancel);
    if (first === 'open') return;
    if (first.status !== 'done') throw new PersonError(first.status === 'failed' ? `The person could not solve the captcha. ${first.note ?? ''}` : 'Nobody solved the captcha in time.');
    // The page may take a moment to handle the person's last action.
    if (await Promise.race([open, page.waitForTimeout(SETTLE_MS)])) return;
  }
}

/** The script's lines, for a page to show before they run. */
export const SCRIPT: readonly Pick<Step, 'title' | 'code'>[] = STEPS;

export interface Errand {
  readonly cdpUrl: string;
  readonly shopUrl: string;
  /** Aborted when nobody waits for the script any more. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly askPerson: AskPerson;
}

/** Buys coffee in a session, as any script would: over `cdp_url`, with Playwright. Never throws. */
export async function buyCoffee({cdpUrl, shopUrl, signal, onProgress, askPerson}: Errand): Promise<void> {
  let stepsDone = 0;
  try {
    const browser = await connect(cdpUrl);
    signal.addEventListener('abort', () => void browser.close(), {once: true});
    const page = browser.contexts()[0]?.pages()[0];
    if (!page) throw new Error('The session has no page.');
    page.setDefaultTimeout(STEP_TIMEOUT_MS);
    for (const step of STEPS) {
      onProgress({state: step.isForPerson ? 'waiting' : 'working', stepsDone, result: ''});
      await step.run(page, {shopUrl, askPerson});
      await page.waitForTimeout(STEP_PAUSE_MS);
      stepsDone++;
    }
    onProgress({state: 'done', stepsDone, result: await page.locator('#order-number').innerText()});
    // Disconnects. The session's browser stays.
    await browser.close();
  } catch (error) {
    if (!signal.aborted) onProgress({state: 'failed', stepsDone, result: wordsFor(error, shopUrl)});
  }
}

export interface Walk extends Omit<Errand, 'onProgress' | 'askPerson'> {
  /** Whether to open the shop and do nothing more. */
  readonly isStill: boolean;
}

/** Browses the shop until its session ends, so that a wall has something to show. Never throws. */
export async function wander({cdpUrl, shopUrl, signal, isStill}: Walk): Promise<void> {
  try {
    const browser = await connect(cdpUrl);
    signal.addEventListener('abort', () => void browser.close(), {once: true});
    const page = browser.contexts()[0]?.pages()[0];
    await page?.goto(shopUrl);
    if (isStill || !page) await browser.close();
    else for (;;) await walkOnce(page);
  } catch {
    // The session has ended, or its page has changed.
  }
}

async function walkOnce(page: Page): Promise<void> {
  for (const goods of await page.getByRole('button', {name: /Add/}).all()) {
    await page.waitForTimeout(WANDER_PAUSE_MS * (0.5 + Math.random()));
    await goods.click();
  }
  await page.getByRole('link', {name: /Cart/}).click();
  await page.waitForTimeout(WANDER_PAUSE_MS);
  await page.getByLabel('Name').pressSequentially('Ada Lovelace', {delay: WANDER_PAUSE_MS / 8});
  await page.getByRole('link', {name: /Field/}).click();
}

/** Loads Playwright on first use, because its code takes 20 MB of memory. */
async function connect(cdpUrl: string): Promise<Browser> {
  const {chromium} = await import('playwright');
  return chromium.connectOverCDP(cdpUrl);
}

function wordsFor(error: unknown, shopUrl: string): string {
  const message = error instanceof Error ? error.message.split('\n')[0] ?? '' : String(error);
  if (message.includes('net::ERR_')) {
    return `The session's browser can't reach the demo's shop at ${new URL(shopUrl).host}: it is a browser on another machine (CHASER_CDP_URL), `
      + 'and the shop is on this one, for this one only. Start the demo with a local browser to see the whole of it.';
  }
  if (error instanceof PersonError) return message;
  // Playwright's message contains the address that it could not connect to. A `cdp_url` gives control of the browser, so it is removed.
  const safe = message.replaceAll(/\bwss?:\S+/g, 'the session\'s browser:');
  return error instanceof Error && error.name === 'TimeoutError' ? 'A step took too long.' : `The script stopped: ${safe}`;
}
