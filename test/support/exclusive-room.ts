import {type Browser, chromium, expect, type Page} from 'playwright/test';
import {ExclusivePerson, type Marks} from './exclusive-person.js';
import {ServerProcess, type Session} from './server-process.js';

export const MARKS: readonly Marks[] = [{name: 'A', x: 100, key: 'F2'}, {name: 'B', x: 300, key: 'F4'}, {name: 'C', x: 500, key: 'F8'}];

/** What the page notes, each under the mark of whom it came from: `A+mouse`, `A-key`; and a text's own words. */
const PAGE = `<!doctype html><textarea autofocus style="position:fixed;left:0;top:0;width:100%;height:200px"></textarea><script>
  window.log = [];
  const byX = (x) => ({100: 'A', 300: 'B', 500: 'C', 200: 'C'})[x] ?? '?' + x;
  const byKey = (key) => ({F2: 'A', F4: 'B', F8: 'C'})[key] ?? '?' + key;
  const note = (words) => window.log.push(words);
  let holder = '';
  addEventListener('mousedown', (event) => { event.preventDefault(); holder = byX(event.clientX); note(holder + '+mouse'); }, true);
  // It is let go of where the mouse is.
  addEventListener('mouseup', () => note(holder + '-mouse'), true);
  addEventListener('keydown', (event) => { event.preventDefault(); note(byKey(event.key) + '+key'); }, true);
  addEventListener('keyup', (event) => note(byKey(event.key) + '-key'), true);
  const byFinger = ({changedTouches}) => byX(changedTouches[0].clientX);
  addEventListener('touchstart', (event) => { event.preventDefault(); note(byFinger(event) + '+touch'); }, {capture: true, passive: false});
  for (const type of ['touchend', 'touchcancel']) addEventListener(type, (event) => note(byFinger(event) + '-touch'), true);
  const area = document.querySelector('textarea');
  area.addEventListener('input', (event) => note(event.data));
  area.focus();
  /** Resolves when so much is noted, or nothing of it has come for long. */
  window.noted = async (count) => {
    const endMs = performance.now() + 5000;
    while (window.log.length < count && performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 1));
  };
</script>`;

/** An exclusive session of a server of its own, whose page notes what is done to it, and by whom. */
export class ExclusiveRoom {
  readonly server: ServerProcess;
  readonly session: Session;
  readonly page: Page;
  readonly #automation: Browser;

  static async open(profile: 'desktop' | 'mobile' = 'desktop', server?: ServerProcess): Promise<ExclusiveRoom> {
    const home = server ?? await ServerProcess.start();
    const session = await home.session({control: 'exclusive', profile});
    const automation = await chromium.connectOverCDP(session.cdpUrl);
    return new ExclusiveRoom(home, session, automation, automation.contexts()[0]?.pages()[0] ?? await automation.newPage());
  }

  private constructor(server: ServerProcess, session: Session, automation: Browser, page: Page) {
    this.server = server;
    this.session = session;
    this.#automation = automation;
    this.page = page;
  }

  async close(): Promise<void> {
    await this.#automation.close();
    await this.server.stop();
  }

  /** Begins with an empty page. */
  async clear(): Promise<void> {
    await this.page.goto(`data:text/html,${encodeURIComponent(`<meta name="viewport" content="width=device-width">${PAGE}`)}`);
    await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  }

  async meet(marks = MARKS, id = this.session.id): Promise<[ExclusivePerson, ExclusivePerson, ExclusivePerson]> {
    const token = await this.server.mint(id);
    const [a, b, c] = await Promise.all(marks.map((each) => ExclusivePerson.meet(token, each)));
    if (!a || !b || !c) throw new Error('There are three.');
    return [a, b, c];
  }

  /** What the page has noted. */
  log(): Promise<string[]> {
    return this.page.evaluate(() => Reflect.get(window, 'log') as string[]);
  }

  /** The same, once it has noted this last. */
  async logUntil(last: string, message?: string): Promise<string[]> {
    await expect.poll(() => this.log(), {timeout: 20_000, ...(message !== undefined && {message})}).toContain(last);
    return this.log();
  }

  /** All go, and nobody is waited for: a driver gives control back first. */
  async leave(...people: readonly ExclusivePerson[]): Promise<void> {
    for (const person of people) {
      person.client.send({type: 'control', action: 'release'});
      await person.client.untilHeard();
      person.drop();
    }
    await expect.poll(() => this.#told('viewers')).toBe(0);
    await expect.poll(() => this.#told('driver')).toBe(null);
  }

  /** How many viewers the session has. */
  viewers(): Promise<unknown> {
    return this.#told('viewers');
  }

  async #told(name: string): Promise<unknown> {
    return (await this.server.call('GET', `/v1/sessions/${this.session.id}`)).body[name];
  }
}
