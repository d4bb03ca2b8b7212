import {type ChildProcess, spawn} from 'node:child_process';
import {type Server, createServer} from 'node:net';
import type {Size} from 'chaser-live-view/protocol';
import {downloadsIn, environmentIn, makeFolder, profileIn, removeFolder, uploadsIn} from './folder.js';
import {own} from './owner.js';
import type {BrowserEnd, SessionBrowser, SessionFolder} from './session-browser.js';

export interface LaunchOptions {
  readonly path: string;
  readonly screenSize: Size;
  readonly userAgent?: string;
  /** For a phone: the page fills the window, and cross-site frames run in the page's own process. */
  readonly isMobile: boolean;
  /** Whether the browser has a window on the display. A display has one clipboard and one pointer, so it takes one browser. Default: headless. */
  readonly isHeaded?: boolean;
  /** Patterns of `host:port` that pages must not reach. */
  readonly blockedHosts: readonly string[];
  /** Aborts the browser's start. */
  readonly signal?: AbortSignal;
}

/**
 * The DevTools ports of all sessions are in this range, which no session's page can reach, because anybody who reaches such a port
 * can list the pages behind it. The range is below the ports that systems assign by themselves.
 */
const DEVTOOLS_PORTS = {first: 29_000, count: 1_000, pattern: '*:29???'};
/**
 * A desktop session has a mouse, whatever the server's machine has: `hover: hover`, `pointer: fine`. Otherwise, pages that open
 * their menus in `@media (hover: hover)` would never do so. The numbers are Blink's HoverType and PointerType.
 */
const MOUSE = '--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4';
/**
 * A window has permission prompts, which are not in the picture and never end. A window that is covered by another one stops painting.
 * Some of the other switches show a warning bar over the page, which only `--test-type` hides.
 */
const WINDOW = ['--deny-permission-prompts', '--disable-backgrounding-occluded-windows', '--test-type', '--window-position=0,0'];
const START_TIMEOUT_MS = 30_000;
const PORT_TRIES = 5;

/** A Chromium for one session: one process group and one folder, which `close` removes. */
export class LocalBrowser implements SessionBrowser {
  /** The WebSocket address of the browser's DevTools endpoint. */
  readonly url: string;
  readonly hasOwnClipboard = true;
  readonly ended: Promise<BrowserEnd>;
  readonly folder: SessionFolder;
  readonly #process: ChildProcess;
  readonly #freeDisplay: () => void;
  readonly #keeper: ChildProcess | undefined;
  readonly #path: string;
  readonly #owner: Server | undefined;

  /** @throws {Error} when the browser does not start. */
  static async launch(options: LaunchOptions): Promise<LocalBrowser> {
    const freeDisplay = options.isHeaded ? takeDisplay() : () => {};
    const folder = await makeFolder();
    let owner: Server | undefined;
    try {
      owner = await own(folder);
      for (let left = PORT_TRIES; ; left--) {
        const browser = await start(options, folder, await freePort());
        if (browser) return new LocalBrowser(browser, folder, owner, freeDisplay);
        if (left === 1) throw new Error('The browser found no free port for its DevTools endpoint.');
      }
    } catch (error) {
      owner?.close();
      freeDisplay();
      await removeFolder(folder);
      throw error;
    }
  }

  private constructor({process, url, keeper}: Started, folder: string, owner: Server | undefined, freeDisplay: () => void) {
    this.#freeDisplay = freeDisplay;
    this.url = url;
    this.#owner = owner;
    this.#process = process;
    this.#path = folder;
    this.folder = {path: folder, downloads: downloadsIn(folder), uploads: uploadsIn(folder)};
    this.#keeper = keeper;
    this.ended = exitOf(process).then((code) => code === 0 ? 'browser_closed' : 'crashed');
  }

  isForeign(): boolean {
    return false;
  }

  /** The browser opens its first page itself. */
  async openPage(): Promise<void> {}

  /** Ends the browser with all its processes, and deletes its folder. Also after a crash. */
  async close(): Promise<void> {
    kill(this.#process);
    await this.ended;
    this.#freeDisplay();
    this.#owner?.close();
    await removeFolder(this.#path);
    this.#keeper?.kill('SIGKILL');
  }
}

let isDisplayTaken = false;

/** Reserves the display for one session. Returns a function that frees it. @throws {Error} when the display shows another session. */
function takeDisplay(): () => void {
  if (isDisplayTaken) throw new Error('The display shows another session: it has one clipboard, and takes one session at a time.');
  isDisplayTaken = true;
  return () => isDisplayTaken = false;
}

interface Started {
  readonly process: ChildProcess;
  readonly keeper: ChildProcess | undefined;
  readonly url: string;
}

/** Starts a browser. Returns undefined if another program took the port first. */
async function start(options: LaunchOptions, folder: string, port: number): Promise<Started | undefined> {
  // The keeper starts first, because a server may be killed at any moment.
  const keeper = keep(folder);
  const [command, args] = noted(folder, [options.path, ...switches(options, folder, port)]);
  const child = spawn(command, args, {
    // A process group of its own, so that Ctrl+C at the terminal reaches only the server, which then ends its browsers.
    detached: process.platform !== 'win32', stdio: ['ignore', 'ignore', 'pipe'], env: environmentIn(folder),
  });
  const abort = () => kill(child);
  options.signal?.addEventListener('abort', abort, {once: true});
  try {
    options.signal?.throwIfAborted();
    const url = await devToolsUrl(child);
    child.stderr?.resume();
    return {process: child, keeper, url};
  } catch (error) {
    kill(child);
    await exitOf(child);
    keeper?.kill('SIGKILL');
    if (error instanceof PortTaken) return undefined;
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', abort);
  }
}

class PortTaken extends Error {}

/** Reads the endpoint from the browser's output, because another browser could answer at the port. */
function devToolsUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    const timer = setTimeout(() => fail(new Error('The browser did not start in time.')), START_TIMEOUT_MS);
    child.once('error', (error) => fail(new Error(`The browser could not be started: ${error.message}`)));
    child.once('exit', () => fail(new Error(`The browser exited during its start.\n${output.slice(-2_000)}`)));
    child.stderr?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000);
      const url = /DevTools listening on (ws:\/\/\S+)/.exec(output)?.[1];
      if (url !== undefined) {
        clearTimeout(timer);
        child.stderr?.removeAllListeners('data');
        resolve(url);
      } else if (output.includes('Cannot start http server for devtools')) fail(new PortTaken());
    });
  });
}

function switches(options: LaunchOptions, folder: string, port: number): string[] {
  const {screenSize, isMobile, isHeaded, userAgent} = options;
  return [
    `--user-data-dir=${profileIn(folder)}`,
    // With port 0, where the browser chooses a port itself, navigator.webdriver would be true.
    `--remote-debugging-port=${port}`,
    `--host-resolver-rules=${[DEVTOOLS_PORTS.pattern, ...options.blockedHosts].map((host) => `MAP ${host} ~NOTFOUND`).join(',')}`,
    ...(isHeaded ? WINDOW : ['--headless=new', `--screen-info={${screenSize.width}x${screenSize.height}}`]),
    '--no-first-run', '--no-default-browser-check', '--disable-quic', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--disable-infobars', '--disable-breakpad', '--disable-dev-shm-usage',
    // A page from the back/forward cache fires no `load`, for which Playwright's `goBack` waits.
    '--disable-back-forward-cache',
    '--password-store=basic', '--use-mock-keychain', '--noerrdialogs',
    // To show a page on another screen, the browser opens a chooser that nobody sees and that never ends. The lists of the address bar
    // are pages of the browser, with processes of their own, which each window starts with.
    '--disable-features=MediaRouter,WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    // Device emulation and touch do not reach frames that run in a process of their own. Without kiosk mode, the screen coordinates of a
    // touch would be off by the height of the browser's bars.
    ...(isMobile ? ['--disable-site-isolation-trials', '--kiosk', '--window-position=0,0'] : [MOUSE]),
    ...(userAgent === undefined ? [] : [`--user-agent=${userAgent}`]),
    'about:blank',
  ];
}

function freePort(): Promise<number> {
  const port = DEVTOOLS_PORTS.first + Math.floor(Math.random() * DEVTOOLS_PORTS.count);
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(freePort()));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(port)));
  });
}

/** The shell writes its process id into the folder and becomes the browser. */
const AS_BROWSER = 'echo $$ > "$0/pid" && exec "$@"';

/** The browser's command line, run by that shell. */
function noted(folder: string, [path = '', ...args]: readonly string[]): [command: string, args: string[]] {
  if (process.platform === 'win32') return [path, args];
  return ['/bin/sh', ['-c', AS_BROWSER, folder, path, ...args]];
}

/**
 * A shell that waits until the server is gone, for whatever reason (the pipe between them closes), and then ends the
 * browser and deletes its folder.
 */
function keep(folder: string): ChildProcess | undefined {
  if (process.platform === 'win32') return undefined;
  // The folder is moved away first: a browser that is about to start then cannot write its id, and gives up.
  // The folder is deleted twice, because an exiting process may write once more.
  const script = 'read -r _; mv "$1" "$1.gone"; kill -9 "-$(cat "$1.gone/pid")"; rm -rf "$1" "$1.gone"; sleep 1; rm -rf "$1" "$1.gone"';
  const keeper = spawn('/bin/sh', ['-c', script, 'keeper', folder], {detached: true, stdio: ['pipe', 'ignore', 'ignore']});
  keeper.unref();
  keeper.on('error', () => {});
  return keeper;
}

function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('exit', resolve));
}

function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], {stdio: 'ignore'}).on('error', () => child.kill());
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The whole group is gone already.
  }
}
