import {setTimeout as delay} from 'node:timers/promises';
import type {FEATURES, ServerMessage, Size} from 'chaser-live-view/protocol';
import {aborted} from './aborted.js';
import {Audience} from './audience.js';
import type {CdpConnection} from './cdp.js';
import {SessionClipboard} from './clipboard/session-clipboard.js';
import {type Device, deviceOf} from './device.js';
import {Downloads} from './downloads.js';
import {FileChoosers} from './files/file-choosers.js';
import {blankJpeg} from './blank-jpeg.js';
import {fitWindow} from './fit-window.js';
import {SessionInput} from './input/session-input.js';
import {type BrowserOptions, openBrowser} from './open-browser.js';
import type {Page} from './page.js';
import {Pages} from './pages.js';
import {Picture} from './picture.js';
import type {ScreencastOptions} from './screencast.js';
import type {BrowserEnd, SessionBrowser} from './session-browser.js';
import {NativeUi} from './native-ui.js';
import type {Seat, Viewer, ViewerMessage} from './viewer.js';
import {Tabs} from './tabs/tabs.js';
import {Watchdog} from './watchdog.js';

export interface SessionOptions extends ScreencastOptions, BrowserOptions {
  /** How long a browser may leave a question unanswered before it is taken for hung. Default 15 s. */
  readonly hungAfterMs?: number;
  /** How long it may take until its first page answers. Default 30 s. */
  readonly startTimeoutMs?: number;
  /** Bytes that all files of one file chooser may have. Default 50 MiB. */
  readonly maxUploadBytes?: number;
  /** Patterns of `host:port`, `*` and `?` in them, that no viewer may open. */
  readonly forbiddenHosts?: readonly string[];
}

const SCREENSHOT_TIMEOUT_MS = 5_000;
const HUNG_AFTER_MS = 15_000;
const START_TIMEOUT_MS = 30_000;
const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;
/** How long a browser that has closed its endpoint may take to end. */
const EXIT_TIMEOUT_MS = 2_000;

/** A running browser as viewers see it: one screencast for all of them, and what is not in the picture. */
export class BrowserSession {
  readonly device: Device;
  readonly downloads: Downloads;
  /** The browser's own WebSocket endpoint: whoever has it can do everything. */
  readonly browserUrl: string;
  /** Resolves when the browser ends by itself; after `close` it stays as it is. */
  readonly ended: Promise<BrowserEnd>;
  readonly #connection: CdpConnection;
  readonly #browser: SessionBrowser;
  readonly #audience = new Audience();
  readonly #clipboard: SessionClipboard;
  readonly #nativeUi: NativeUi;
  readonly #choosers: FileChoosers;
  readonly #pages: Pages;
  readonly #tabs: Tabs;
  readonly #input: SessionInput;
  readonly #picture: Picture;
  readonly #watchdog: Watchdog;
  /** What a browser that runs already has yet to be told: one of the server's own is started with it. */
  readonly #remoteUserAgent: string | undefined;
  /** Automations that answer who asks for passwords. */
  #passwordHolders = 0;
  #isClosed = false;
  #isStarted = false;
  #closing: Promise<void> | undefined;

  /** @throws {Error} when there is no browser, or it does not start. */
  static async start(options: SessionOptions): Promise<BrowserSession> {
    const startTimeoutMs = options.startTimeoutMs ?? START_TIMEOUT_MS;
    const late = new Error(`The session did not start within ${startTimeoutMs / 1000} s.`);
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(late), startTimeoutMs);
    const signal = AbortSignal.any([timeout.signal, ...(options.signal ? [options.signal] : [])]);
    try {
      return await BrowserSession.#start({...options, signal}, signal);
    } catch (error) {
      throw timeout.signal.aborted ? late : error;
    } finally {
      clearTimeout(timer);
    }
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
    this.device = device;
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
    this.#browser = browser;
    this.browserUrl = browser.url;
    // A browser that is hung, or whose endpoint is gone, is of no use to anybody: `close` ends its processes.
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
      browser: connection.browser, folder: browser.downloadFolder, browserContextId: browser.contextId,
      viewers: () => this.#audience.viewers, onDeclined: () => this.#nativeUi.notice('download_declined'),
    });
    this.#choosers = new FileChoosers({
      folder: browser.uploadFolder, maxBytes: options.maxUploadBytes ?? MAX_UPLOAD_BYTES,
      viewers: () => this.#audience.viewers, onDeclined: () => this.#nativeUi.notice('file_chooser_declined'),
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
    }, (info) => browser.isForeign(info), (info) => this.#clipboard.isOwn(info));
  }

  /** CSS pixels. */
  get viewport(): Size {
    return this.#picture.viewport;
  }

  /** What the session understands beyond the protocol's first eight sections. */
  get features(): readonly (typeof FEATURES)[number][] {
    return ['navigation', ...this.#clipboard.isOffered ? ['paste'] as const : [], ...this.#choosers.isOffered ? ['files'] as const : []];
  }

  /** Whether any page is open: an automation may have closed the last one. */
  get hasPage(): boolean {
    return this.#pages.front !== undefined;
  }

  join(viewer: Viewer): Seat {
    this.#audience.join(viewer);
    const {front} = this.#pages;
    viewer.tell({type: 'viewport', ...this.viewport});
    viewer.tell(pageMessage(front));
    viewer.tell(this.#tabs.message);
    this.#showNewest(viewer);
    for (const message of this.#nativeUi.messages) viewer.tell(message);
    if (viewer.isWatchOnly !== true) for (const message of this.#choosers.messages) viewer.tell(message);
    this.#watch();
    const input = this.#input.seat((message) => viewer.tell(message));
    const clipboard = this.#clipboard.seat(viewer);
    return {
      receive: (message: ViewerMessage) => {
        clipboard.note(message);
        if (message.type === 'tab' || message.type === 'navigate') this.#tabs.receive(message, viewer);
        else if (message.type === 'file_chooser') this.#choosers.answer(message, viewer);
        else if (!this.#nativeUi.receive(message)) input.receive(message);
      },
      paste: (message) => {
        const bytes = this.#clipboard.receive(message);
        if (bytes) input.paste(bytes.content);
        return bytes;
      },
      receiveFile: (message, afford) => this.#choosers.announce(message, viewer, afford),
      setWatching: (isWatching) => {
        if (this.#audience.setWatching(viewer, isWatching)) this.#showNewest(viewer);
        this.#watch();
      },
      revoke: () => input.revoke(),
      leave: () => {
        input.leave();
        clipboard.leave();
        this.#audience.leave(viewer);
        this.#watch();
      },
    };
  }

  /** An automation has brought a page to the front. */
  bringToFront(targetId: string): void {
    this.#pages.bringToFront(targetId);
  }

  /** Leaves who asks for a password to an automation that has some, until what is returned is called. */
  leavePasswords(): () => void {
    const count = (change: number) => {
      this.#passwordHolders += change;
      this.#pages.setDeclinesPasswords(this.#passwordHolders === 0);
    };
    count(1);
    return () => count(-1);
  }

  /** An automation handles the file choosers of a page, or of a frame with a session of its own, until what is returned is called. */
  leaveChoosers(targetId: string): () => void {
    return this.#choosers.leaveTo(targetId);
  }

  /** A CDP session of an automation has ended, or its connection with all of them. */
  noteDetached(): void {
    this.#pages.declineKeys();
  }

  /** The newest picture, a JPEG. */
  screenshot(): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const finish = (jpeg: Buffer | undefined) => {
        clearTimeout(timer);
        queueMicrotask(() => seat.leave());
        if (jpeg) resolve(jpeg);
        else reject(new Error('The session shows no picture.'));
      };
      // A page that a dialog holds paints nothing: its last picture is the newest.
      const timer = setTimeout(() => finish(this.#picture.last), SCREENSHOT_TIMEOUT_MS);
      const seat = this.join({isWatchOnly: true, show: finish, tell: () => {}, end: () => finish(undefined)});
    });
  }

  /** Ends the session: every viewer is told, and nothing of the browser is left. */
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

  /** Waits until there is a page, it is alive and made up as the device, and it has the size that it should have. */
  async #ready(): Promise<void> {
    await this.#browser.openPage();
    const page = await Promise.race([this.#pages.first, this.#connection.closed.then(() => {
      throw new Error('The browser exited during its start.');
    })]);
    // Its answer comes after those to all that the page was told before: a page that is sent elsewhere earlier than
    // that, while its process still starts, crashes now and then, and comes back as no phone.
    await this.#fitWindow(page);
    this.#isStarted = true;
  }

  /** Has the page, the first in its window, show as much as the device does. */
  async #fitWindow(page: Page): Promise<void> {
    const {cssVisualViewport: {clientWidth: width, clientHeight: height}} = await page.session.send('Page.getLayoutMetrics');
    await this.#input.learnTime(page);
    if (!this.device.touch) await fitWindow(page, this.#connection, {width, height}, this.device.viewport);
  }

  #open(page: Page): void {
    this.#nativeUi.follow(page);
    this.#choosers.follow(page);
    this.#input.follow(page);
    this.#tabs.follow(page);
    if (this.device.touch) page.emulatePhone(this.device);
    else if (this.#remoteUserAgent !== undefined) page.setUserAgent(this.#remoteUserAgent);
    // Once its scripts run: before that it is not asked anything.
    if (this.#isStarted && !this.hasPage) queueMicrotask(() => void this.#fitWindow(page).catch(() => {}));
  }

  /** A blank page, in a window of its own where there is no other. */
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

  #watch(): void {
    this.#picture.setWatched(this.#audience.isWatching);
  }

  /** The picture as it is, for one viewer. A page that a dialog holds paints no new one: its last is as it is. */
  #showNewest(viewer: Viewer): void {
    const {front} = this.#pages;
    const jpeg = !front ? blankJpeg(this.viewport) : this.#nativeUi.isHeld(front) ? this.#picture.last : this.#picture.newest;
    if (jpeg) viewer.show(jpeg);
  }
}

/** Of no page: nothing is there. */
function pageMessage(page: Page | undefined): ServerMessage {
  return {type: 'page', url: page?.info.url.slice(0, MAX_URL_LENGTH) ?? '', title: page?.info.title ?? ''};
}

/** A page's address may be the page itself, megabytes of a `data:` URL: the protocol takes one of them. */
const MAX_URL_LENGTH = 10_000;
