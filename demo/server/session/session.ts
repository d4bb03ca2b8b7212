import {setTimeout as delay} from 'node:timers/promises';
import type {FEATURES, Size} from 'chaser-live-view/protocol';
import {aborted} from './aborted.js';
import {Audience} from './audience.js';
import type {CdpConnection} from './cdp.js';
import {SessionClipboard} from './clipboard/session-clipboard.js';
import {type Device, deviceOf} from './device.js';
import {Downloads} from './downloads.js';
import {FileChoosers} from './files/file-choosers.js';
import {blankJpeg} from './blank-jpeg.js';
import {SessionInput} from './input/session-input.js';
import {type BrowserOptions, openBrowser} from './open-browser.js';
import type {Page} from './page.js';
import {pageMessage} from './page-message.js';
import {Pages} from './pages.js';
import {Picture} from './picture.js';
import type {ScreencastOptions} from './screencast.js';
import {takeScreenshot} from './screenshot.js';
import type {BrowserEnd, SessionBrowser, SessionFolder} from './session-browser.js';
import {NativeUi} from './native-ui.js';
import {startWithin} from './start-within.js';
import {Seats} from './seats.js';
import {Tabs} from './tabs/tabs.js';
import type {Seat, Viewer} from './viewer.js';
import {Watchdog} from './watchdog.js';
import {WindowSize} from './window-size.js';

export interface SessionOptions extends ScreencastOptions, BrowserOptions {
  /** How long a browser may take to answer before it counts as hung. Default 15 s. */
  readonly hungAfterMs?: number;
  /** How long the first page may take to answer. Default 30 s. */
  readonly startTimeoutMs?: number;
  /** The most bytes of all files of one file chooser. Default 50 MiB. */
  readonly maxUploadBytes?: number;
  /** The most bytes of all downloads together. Default 200 MiB. */
  readonly maxDownloadBytes?: number;
  /** Patterns of `host:port`, with `*` and `?`, that no viewer may open. */
  readonly forbiddenHosts?: readonly string[];
}

const HUNG_AFTER_MS = 15_000;
const START_TIMEOUT_MS = 30_000;
const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;
const MAX_DOWNLOAD_BYTES = 200 * 1024 * 1024;
/** How long a browser that has closed its endpoint may take to exit. */
const EXIT_TIMEOUT_MS = 2_000;

/** A running browser as viewers see it: one screencast for all of them, and everything that is not in the picture. */
export class BrowserSession {
  readonly downloads: Downloads;
  /** The browser's own WebSocket endpoint. Anybody who has it has full control. */
  readonly browserUrl: string;
  /** Resolves when the browser exits by itself. Never resolves after `close`. */
  readonly ended: Promise<BrowserEnd>;
  readonly #connection: CdpConnection;
  readonly #browser: SessionBrowser;
  readonly #audience = new Audience();
  readonly #device: Device;
  readonly #clipboard: SessionClipboard;
  readonly #nativeUi: NativeUi;
  readonly #choosers: FileChoosers;
  readonly #pages: Pages;
  readonly #tabs: Tabs;
  readonly #input: SessionInput;
  readonly #picture: Picture;
  readonly #windowSize: WindowSize;
  readonly #seats: Seats;
  readonly #watchdog: Watchdog;
  /** Settings for a browser that is already running. The server's own browsers get them as switches. */
  readonly #remoteUserAgent: string | undefined;
  /** Automations that answer HTTP authentication. */
  #passwordHolders = 0;
  #isClosed = false;
  #isStarted = false;
  #closing: Promise<void> | undefined;

  /** @throws {Error} when there is no browser, or it does not start. */
  static async start(options: SessionOptions): Promise<BrowserSession> {
    return startWithin(options.startTimeoutMs ?? START_TIMEOUT_MS, options.signal, (signal) => BrowserSession.#start({...options, signal}, signal));
  }

  static async #start(options: SessionOptions, signal: AbortSignal): Promise<BrowserSession> {
    const {browser, connection} = await openBrowser(options);
    try {
      return await Promise.race([BrowserSession.#make(options, connection, browser), aborted(signal)]);
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  static async #make(options: SessionOptions, connection: CdpConnection, browser: SessionBrowser): Promise<BrowserSession> {
    const version = await connection.browser.send('Browser.getVersion');
    const session = new BrowserSession(options, deviceOf(options, version), connection, browser);
    await session.#ready();
    return session;
  }

  private constructor(options: SessionOptions, device: Device, connection: CdpConnection, browser: SessionBrowser) {
    this.#device = device;
    this.#remoteUserAgent = options.cdpUrl === undefined ? undefined : options.userAgent;
    this.#clipboard = new SessionClipboard(connection, browser.hasOwnClipboard);
    this.#input = new SessionInput({hasTouch: device.touch, clipboard: this.#clipboard});
    this.#connection = connection;
    this.#picture = new Picture(connection, options, device.viewport, {
      onFrame: ({jpeg, metadata}) => {
        this.#input.setPicture(metadata);
        this.#audience.show(jpeg);
      },
      onViewport: (viewport) => this.#audience.tell({type: 'viewport', ...viewport}),
    });
    this.#windowSize = new WindowSize({connection, device, picture: this.#picture});
    this.#browser = browser;
    this.browserUrl = browser.url;
    // A browser that is hung, or whose endpoint is gone, is useless: `close` ends its processes.
    this.#watchdog = new Watchdog(connection.browser, options.hungAfterMs ?? HUNG_AFTER_MS, () => void browser.close());
    this.ended = new Promise((resolve) => {
      void connection.closed.then(() => Promise.race([browser.ended, delay(EXIT_TIMEOUT_MS, 'crashed' as const, {ref: false})])).then((end) => {
        if (!this.#isClosed) resolve(end);
        return this.close();
      });
    });
    this.#nativeUi = new NativeUi({
      tell: (message) => this.#audience.tell(message),
      onTitle: (page, title) => this.#pages.setTitle(page, title),
    });
    this.downloads = new Downloads({
      browser: connection.browser, folder: browser.folder.downloads, browserContextId: browser.contextId,
      maxBytes: options.maxDownloadBytes ?? MAX_DOWNLOAD_BYTES,
      viewers: () => this.#audience.viewers, onDeclined: () => this.#nativeUi.notice('download_declined'),
    });
    this.#choosers = new FileChoosers({
      folder: browser.folder.uploads, maxBytes: options.maxUploadBytes ?? MAX_UPLOAD_BYTES,
      viewers: () => this.#audience.viewers, onDeclined: () => this.#nativeUi.notice('file_chooser_declined'),
      onCancel: (done) => this.#input.wait(done),
    });
    this.#tabs = new Tabs({
      pages: () => this.#pages, openPage: () => this.#openPage(), forbiddenHosts: options.forbiddenHosts ?? [],
      tell: (message) => this.#audience.tell(message),
    });
    this.#pages = new Pages(connection, {
      onOpen: (page) => this.#open(page),
      onClose: (page) => {
        this.#nativeUi.forget(page);
        this.#choosers.forget(page);
        this.#tabs.forget(page);
      },
      onFront: (page) => this.#bringToFront(page),
      onChange: (page) => {
        if (page === this.#pages.front) this.#audience.tell(pageMessage(page));
        this.#tabs.update();
      },
    }, (info) => browser.isForeign(info), (info) => this.#clipboard.isOwn(info), browser.folder.path);
    this.#seats = new Seats({
      audience: this.#audience, choosers: this.#choosers, clipboard: this.#clipboard, downloads: this.downloads, input: this.#input,
      nativeUi: this.#nativeUi, pages: this.#pages, picture: this.#picture, tabs: this.#tabs,
    });
  }

  /** What its pages take their machine for. A desktop's viewport is the one that there is: a browser farm, or an automation, may have set its own. */
  get device(): Device {
    return this.#device.touch ? this.#device : {...this.#device, viewport: this.viewport};
  }

  /** CSS pixels. */
  get viewport(): Size {
    return this.#picture.viewport;
  }

  /** The session's features beyond sections 1 to 8 of the protocol. */
  get features(): readonly (typeof FEATURES)[number][] {
    return ['navigation', ...this.#clipboard.isOffered ? ['paste'] as const : [], ...this.#choosers.isOffered ? ['files'] as const : []];
  }

  /** What an automation may use of the server's machine. */
  get folder(): SessionFolder {
    return this.#browser.folder;
  }

  /** Whether any page is open. An automation may have closed the last one. */
  get hasPage(): boolean {
    return this.#pages.front !== undefined;
  }

  join(viewer: Viewer): Seat {
    return this.#seats.join(viewer);
  }

  /** An automation has brought a page to the front. */
  bringToFront(targetId: string): void {
    this.#pages.bringToFront(targetId);
  }

  /** Leaves HTTP authentication to an automation that has credentials, until the returned function is called. */
  leavePasswords(): () => void {
    const count = (change: number) => {
      this.#passwordHolders += change;
      this.#pages.setDeclinesPasswords(this.#passwordHolders === 0);
    };
    count(1);
    return () => count(-1);
  }

  /** An automation handles the file choosers of a page, or of a frame with its own CDP session, until the returned function is called. */
  leaveChoosers(targetId: string): () => void {
    return this.#choosers.leaveTo(targetId);
  }

  /** A CDP session of an automation has ended, or its whole connection. */
  noteDetached(): void {
    this.#pages.declineKeys();
  }

  /** The newest picture, a JPEG. */
  screenshot(): Promise<Buffer> {
    return takeScreenshot({join: (viewer) => this.join(viewer), last: () => this.#picture.last});
  }

  /** Ends the session: tells every viewer, and removes everything of the browser. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#watchdog.stop();
    this.#picture.setPage(undefined);
    this.#tabs.stop();
    this.#audience.end();
    await this.#browser.close();
    this.#connection.close();
  }

  /** Waits until there is a page that responds, emulates the device and has the right size. */
  async #ready(): Promise<void> {
    await this.#browser.openPage();
    const page = await Promise.race([this.#pages.first, this.#connection.closed.then(() => {
      throw new Error('The browser exited during its start.');
    })]);
    // Its answer comes after those to everything that the page was told before. A page that is navigated earlier than
    // that, while its process still starts, sometimes crashes and comes back without the phone emulation.
    await this.#fitWindow(page);
    this.#isStarted = true;
  }

  async #fitWindow(page: Page): Promise<void> {
    const shown = await page.viewport();
    await this.#input.learnTime(page);
    await this.#windowSize.fit(page, shown);
  }

  #open(page: Page): void {
    this.downloads.follow(page);
    this.#nativeUi.follow(page);
    this.#choosers.follow(page);
    this.#windowSize.follow(page);
    this.#input.follow(page);
    this.#tabs.follow(page);
    if (this.#device.touch) page.emulatePhone(this.#device);
    else if (this.#remoteUserAgent !== undefined) page.setUserAgent(this.#remoteUserAgent);
    // Only when its scripts run. Before that, the page is not asked anything.
    if (this.#isStarted && !this.hasPage) queueMicrotask(() => void this.#fitWindow(page).catch(() => {}));
  }

  /** Opens a blank page, in a new window if there is none. */
  #openPage(): void {
    const {contextId} = this.#browser;
    this.#connection.browser.post('Target.createTarget', {
      url: 'about:blank', ...(!this.hasPage && {newWindow: true}), ...(contextId !== undefined && {browserContextId: contextId}),
    });
  }

  #bringToFront(page: Page | undefined): void {
    this.#input.setPage(page);
    this.#picture.setPage(page);
    this.#nativeUi.setFront(page);
    this.#audience.tell(pageMessage(page));
    this.#tabs.update();
    if (page) return;
    this.#audience.show(blankJpeg(this.viewport));
    this.#audience.tell({type: 'error', code: 'no_page', message: 'The last page of the session was closed.'});
  }
}
