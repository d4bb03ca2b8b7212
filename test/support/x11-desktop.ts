import {type ChildProcess, execFile, spawn, type StdioOptions} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {findBrowser} from '../../demo/server/find-browser.js';
import {XvfbScreen} from './xvfb.js';

const run = promisify(execFile);

/** X11 keycodes: they name a key's position, whatever the layout. */
export const PLACES = {alt: '64', control: '37', altGr: '108', q: '24', e: '26', a: '38', x: '53'} as const;

/**
 * An X11 screen with a window manager and a browser's window. Its keyboard and mouse are X11's own, so their input takes the operating
 * system's path into the browser.
 */
export class X11Desktop {
  readonly #screen: XvfbScreen;
  readonly #env: NodeJS.ProcessEnv;
  readonly #profile = mkdtempSync(join(tmpdir(), 'chaser-x11-'));
  readonly #processes: ChildProcess[] = [];

  /** @throws {Error} when Xvfb, openbox, xdotool or setxkbmap is missing. */
  static async start(width = 1024, height = 768): Promise<X11Desktop> {
    for (const tool of ['openbox', 'xdotool', 'setxkbmap']) {
      await run('which', [tool]).catch(() => {
        throw new Error('This needs an X11 desktop: apt-get install xvfb openbox xdotool x11-xkb-utils ibus-gtk3 firefox-esr.');
      });
    }
    const screen = await XvfbScreen.start(width, height);
    const desktop = new X11Desktop(screen);
    // A window that opens before the window manager runs does not fill the screen.
    const manager = desktop.#spawn('openbox', ['--startup', 'echo started'], ['ignore', 'pipe', 'ignore']);
    await new Promise((resolve) => manager.stdout?.once('data', resolve));
    return desktop;
  }

  private constructor(screen: XvfbScreen) {
    this.#screen = screen;
    // GTK's IBus module without its daemon.
    this.#env = {...process.env, DISPLAY: screen.display, GTK_IM_MODULE: 'ibus', XMODIFIERS: '', IBUS_ADDRESS: 'unix:path=/nonexistent', LC_ALL: 'C.UTF-8'};
  }

  /** Opens an address in a window of Debian's Firefox. The page's server notices when the page is loaded. */
  openFirefox(url: string): void {
    // Turns off the pages that a new profile shows first.
    const prefs = {'browser.aboutwelcome.enabled': false, 'browser.shell.checkDefaultBrowser': false, 'datareporting.policy.dataSubmissionEnabled': false, 'termsofuse.bypassNotification': true};
    writeFileSync(join(this.#profile, 'user.js'), Object.entries(prefs).map(([name, value]) => `user_pref("${name}", ${value});\n`).join(''));
    this.#spawn('firefox-esr', ['--new-instance', '--profile', this.#profile, '--width', '1000', '--height', '740', url]);
  }

  /** Opens an address in a window of Chromium, or on the full screen. The page's server notices when the page is loaded. */
  open(url: string, {isKiosk = false} = {}): void {
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const place = isKiosk ? ['--kiosk', url] : ['--window-position=0,0', '--window-size=1000,740', `--app=${url}`];
    this.#spawn(findBrowser() ?? 'chromium', [...sandbox, '--no-first-run', '--disable-quic', '--disable-background-networking', `--user-data-dir=${this.#profile}`, ...place]);
  }

  /** Performs commands of `xdotool` with the keyboard and the mouse. */
  async hand(...args: readonly string[]): Promise<void> {
    await run('xdotool', [...args], {env: this.#env});
  }

  async layout(name: string, ...options: readonly string[]): Promise<void> {
    await run('setxkbmap', [name, '-option', '', ...options.flatMap((option) => ['-option', option])], {env: this.#env});
  }

  stop(): void {
    for (const each of this.#processes.toReversed()) each.kill('SIGKILL');
    this.#screen.stop();
    rmSync(this.#profile, {recursive: true, force: true, maxRetries: 5});
  }

  #spawn(command: string, args: readonly string[], stdio: StdioOptions = 'ignore'): ChildProcess {
    const child = spawn(command, args, {env: this.#env, stdio});
    this.#processes.push(child);
    return child;
  }
}
