import {spawn} from 'node:child_process';
import type {ChildProcess, StdioOptions} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readdirSync} from 'node:fs';
import {createInterface} from 'node:readline';
import type {BrowserLauncher, SessionResult} from '@web/test-runner-core';
import {freePort} from './free-port.js';

const DRIVER = '/usr/bin/WebKitWebDriver';
const WINDOW = {width: 1024, height: 768};
const BUTTONS = {left: 0, middle: 1, right: 2} as const;
/** Keys that WebDriver writes as private code points; https://www.w3.org/TR/webdriver2/#keyboard-actions. */
const KEYS: Readonly<Record<string, string>> = {
  Backspace: '\uE003', Tab: '\uE004', Enter: '\uE007', Shift: '\uE008', Control: '\uE009', Alt: '\uE00A', Escape: '\uE00C',
  Home: '\uE011', End: '\uE010', ArrowLeft: '\uE012', ArrowUp: '\uE013', ArrowRight: '\uE014', ArrowDown: '\uE015',
  Delete: '\uE017', Meta: '\uE03D',
};

/** Only a hang takes this long: if the browser exits during its start, the driver waits for ever. */
const START_TIMEOUT_MS = 60_000;
const CALL_TIMEOUT_MS = 120_000;
/** How much of the output of the display, the driver and the browser an error quotes. */
const SAID_LENGTH = 2_000;

type Button = keyof typeof BUTTONS;

/**
 * WebKitGTK through its own WebDriver, as Debian packages it (`webkit2gtk-driver`, `xvfb`). Its `type` is one that Web
 * Test Runner's `sendMouse` and `sendKeys` know.
 */
export function webkitLauncher(): BrowserLauncher {
  return new WebKitLauncher();
}

class WebKitLauncher implements BrowserLauncher {
  readonly name = 'WebKit';
  readonly type = 'webdriver';
  readonly concurrency = 1;
  #processes: ChildProcess[] = [];
  #said = '';
  #address = '';
  #driverSession: string | undefined;
  #testSession: string | undefined;

  async initialize(): Promise<void> {
    const browser = findMiniBrowser();
    if (!browser) throw new Error('There is no WebKit on this machine: apt-get install webkit2gtk-driver xvfb.');
    try {
      await this.#startBrowser(browser);
      await this.#command('POST', 'window/rect', WINDOW);
    } catch (error) {
      this.#kill();
      throw new Error(`WebKit does not start.\n${this.#said}`, {cause: error});
    }
  }

  async stop(): Promise<void> {
    if (this.#driverSession) await this.#call('DELETE', `/session/${this.#driverSession}`).catch(() => {});
    this.#kill();
  }

  async startSession(id: string, url: string): Promise<void> {
    this.#testSession = id;
    await this.#command('POST', 'url', {url});
  }

  async startDebugSession(): Promise<void> {
    throw new Error('This launcher does not debug.');
  }

  isActive(id: string): boolean {
    return this.#testSession === id;
  }

  async getBrowserUrl(): Promise<string | undefined> {
    return String(await this.#command('GET', 'url'));
  }

  async stopSession(): Promise<SessionResult> {
    this.#testSession = undefined;
    await this.#command('DELETE', 'actions');
    await this.#command('POST', 'url', {url: 'about:blank'});
    return {};
  }

  async sendMouseMove(_id: string, x: number, y: number): Promise<void> {
    await this.#mouse({type: 'pointerMove', duration: 0, origin: 'viewport', x, y});
  }

  async sendMouseClick(id: string, x: number, y: number, button: Button = 'left'): Promise<void> {
    await this.sendMouseMove(id, x, y);
    await this.sendMouseDown(id, button);
    await this.sendMouseUp(id, button);
  }

  async sendMouseDown(_id: string, button: Button = 'left'): Promise<void> {
    await this.#mouse({type: 'pointerDown', button: BUTTONS[button]});
  }

  async sendMouseUp(_id: string, button: Button = 'left'): Promise<void> {
    await this.#mouse({type: 'pointerUp', button: BUTTONS[button]});
  }

  async resetMouse(): Promise<void> {
    await this.#command('DELETE', 'actions');
    await this.#mouse({type: 'pointerMove', duration: 0, origin: 'viewport', x: 0, y: 0});
  }

  /** Each name is one key, or a combination with `+` between its keys. */
  async sendKeys(_id: string, names: readonly string[]): Promise<void> {
    for (const name of names) {
      const keys = name.length > 1 ? name.split('+') : [name];
      const values = keys.map((key) => KEYS[key] ?? key);
      const actions = [
        ...values.map((value) => ({type: 'keyDown', value})),
        ...values.reverse().map((value) => ({type: 'keyUp', value})),
      ];
      await this.#command('POST', 'actions', {actions: [{type: 'key', id: 'keyboard', actions}]});
    }
  }

  async #mouse(action: object): Promise<void> {
    const source = {type: 'pointer', id: 'mouse', parameters: {pointerType: 'mouse'}, actions: [action]};
    await this.#command('POST', 'actions', {actions: [source]});
  }

  async #startBrowser(binary: string): Promise<void> {
    const port = await freePort();
    this.#address = `http://127.0.0.1:${port}`;
    const display = await this.#startDisplay();
    this.#start(DRIVER, [`--port=${port}`, '--host=127.0.0.1'], ['ignore', 'ignore', 'pipe'], {DISPLAY: display});
    await this.#untilReady();
    const capabilities = {alwaysMatch: {'webkitgtk:browserOptions': {binary, args: ['--automation']}}};
    this.#driverSession = stringIn(await this.#call('POST', '/session', {capabilities}, START_TIMEOUT_MS), 'sessionId');
  }

  #kill(): void {
    for (const child of this.#processes) child.kill('SIGKILL');
    this.#processes = [];
  }

  /**
   * Starts an X server, which chooses a free display. It writes the display's number and the line break separately, and exits if nobody
   * reads the second.
   */
  async #startDisplay(): Promise<string> {
    const xvfb = this.#start('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], ['ignore', 'pipe', 'pipe']);
    if (!xvfb.stdout) throw new Error('Xvfb has no output.');
    const lines = createInterface({input: xvfb.stdout});
    const [line]: unknown[] = await Promise.race([once(lines, 'line'), once(xvfb, 'close').then(() => [])]);
    if (line === undefined) throw new Error('Xvfb ended as it started: apt-get install xvfb.');
    return `:${String(line)}`;
  }

  #start(file: string, args: readonly string[], stdio: StdioOptions, env: NodeJS.ProcessEnv = {}): ChildProcess {
    const child = spawn(file, args, {stdio, env: {...process.env, ...env}});
    child.on('error', ({message}) => this.#hear(message));
    child.stderr?.on('data', (chunk: Buffer) => this.#hear(chunk.toString()));
    this.#processes.push(child);
    process.once('exit', () => child.kill('SIGKILL'));
    return child;
  }

  #hear(text: string): void {
    this.#said = (this.#said + text).slice(-SAID_LENGTH);
  }

  async #untilReady(): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt++) {
      const isReady = await fetch(`${this.#address}/status`).then(({ok}) => ok, () => false);
      if (isReady) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('WebKitWebDriver does not answer: apt-get install webkit2gtk-driver xvfb.');
  }

  #command(method: string, path: string, body?: object): Promise<unknown> {
    return this.#call(method, `/session/${this.#driverSession}/${path}`, body);
  }

  async #call(method: string, path: string, body?: object, timeoutMs = CALL_TIMEOUT_MS): Promise<unknown> {
    const response = await fetch(`${this.#address}${path}`, {
      method, signal: AbortSignal.timeout(timeoutMs), ...(method === 'POST' && {body: JSON.stringify(body ?? {})}), headers: {'content-type': 'application/json'},
    });
    const {value}: {value: unknown} = await response.json();
    if (!response.ok) throw new Error(`WebDriver, ${path}: ${JSON.stringify(value)}`);
    return value;
  }
}

function stringIn(value: unknown, name: string): string {
  const found: unknown = typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
  if (typeof found !== 'string') throw new TypeError(`WebDriver gave no ${name}.`);
  return found;
}

/** Whether WebKitGTK and its driver are on this machine. */
export function isWebKitHere(): boolean {
  return existsSync(DRIVER) && findMiniBrowser() !== undefined;
}

/** Finds MiniBrowser, which Debian installs in a folder named by architecture and library version. */
function findMiniBrowser(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  return readdirSync('/usr/lib').filter((folder) => folder.includes('-linux-'))
    .flatMap((folder) => ['4.1', '4.0'].map((version) => `/usr/lib/${folder}/webkit2gtk-${version}/MiniBrowser`))
    .find((path) => existsSync(path));
}
