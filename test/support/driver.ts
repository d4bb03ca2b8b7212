import type {Protocol} from 'devtools-protocol';
import {CdpConnection, type CdpSession} from '../../demo/server/session/cdp.js';

/** A second CDP client of a session's browser, like an automation. It drives the page, and reads its state. */
export class Driver {
  readonly connection: CdpConnection;
  readonly page: CdpSession;
  readonly targetId: string;

  /** Attaches to the page whose address begins with `url`, by default to any page. */
  static async open(browserUrl: string, url = ''): Promise<Driver> {
    const connection = await CdpConnection.open(browserUrl);
    return Driver.of(connection, url);
  }

  static async of(connection: CdpConnection, url = ''): Promise<Driver> {
    const {targetInfos} = await connection.browser.send('Target.getTargets');
    const target = targetInfos.find((info) => info.type === 'page' && info.url.startsWith(url));
    if (!target) throw new Error(`There is no page at ${url}.`);
    const {sessionId} = await connection.browser.send('Target.attachToTarget', {targetId: target.targetId, flatten: true});
    const page = connection.session(sessionId);
    await page.send('Page.enable');
    return new Driver(connection, page, target.targetId);
  }

  private constructor(connection: CdpConnection, page: CdpSession, targetId: string) {
    this.connection = connection;
    this.page = page;
    this.targetId = targetId;
  }

  /** Opens a page, and waits until it is loaded and painted. Before that, a browser drops input. */
  async goto(url: string): Promise<void> {
    const loaded = this.event('Page.loadEventFired');
    await this.page.send('Page.navigate', {url});
    await loaded;
    await this.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))).then(() => {})');
  }

  async event<Name extends 'Page.loadEventFired' | 'Page.frameNavigated'>(name: Name): Promise<void> {
    await new Promise<void>((resolve) => {
      const stop = this.page.on(name, () => {
        stop();
        resolve();
      });
    });
  }

  /** Evaluates an expression in the page's own world. A promise is awaited. */
  async evaluate(expression: string): Promise<unknown> {
    const {result, exceptionDetails} = await this.page.send('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true, userGesture: false});
    if (exceptionDetails) throw new Error(describe(exceptionDetails));
    return result.value;
  }

  /** Waits inside the page until an expression is true. Returns its value. */
  until(expression: string): Promise<unknown> {
    return this.evaluate(`new Promise((resolve, reject) => {
      const ask = () => { const value = (${expression}); if (value) { clearInterval(timer); clearTimeout(end); resolve(value); } };
      const timer = setInterval(ask, 20);
      const end = setTimeout(() => { clearInterval(timer); reject(new Error(${JSON.stringify(`Waited in vain for: ${expression}`)})); }, 15000);
      ask();
    })`);
  }

  close(): void {
    this.connection.close();
  }
}

function describe({text, exception}: Protocol.Runtime.ExceptionDetails): string {
  return exception?.description ?? text;
}
