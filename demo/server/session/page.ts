import type {Size} from 'chaser-live-view/protocol';
import type {Protocol} from 'devtools-protocol';
import type {CdpConnection, CdpSession} from './cdp.js';
import {type Device, PHONE_SCREEN, PHONE_TOUCH_POINTS} from './device.js';
import {interceptChoosers} from './files/file-input.js';
import {Observer, type ObserverListener} from './observer/observer.js';
import {mayOpen} from './reach.js';

/** How often a page that crashes repeatedly is reloaded. */
const RELOAD_INTERVAL_MS = 5_000;

/** Addresses that a browser opens itself instead of starting another program. A new window has an empty address. */
const OWN_SCHEME = /^(?:$|(?:https?|about|data|blob|javascript|file|filesystem|view-source|chrome|chrome-extension):)/;

const FILES: Protocol.Fetch.RequestPattern = {urlPattern: 'file:*'};
const DOCUMENTS: Protocol.Fetch.RequestPattern = {urlPattern: '*', resourceType: 'Document'};

/** Where a cross-process frame is: its id, and the CDP session of the document with its frame element. */
export interface FramePlace {
  readonly parent: CdpSession;
  readonly frameId: string;
}

/** A top-level page of the session: a tab or a window. */
export class Page {
  readonly targetId: string;
  readonly session: CdpSession;
  /** The CDP sessions of the page's cross-process frames, nested ones included, by frame id. */
  readonly frames = new Map<string, CdpSession>();
  /** Fires when the page's process has crashed, once for each crash. */
  onCrash: () => void = () => {};
  /** Fires when the page asks for files. The CDP session is the page's own or a frame's. */
  onFileChooser: (session: CdpSession, event: Protocol.Page.FileChooserOpenedEvent) => void = () => {};
  /** Fires when a document has followed a link to another program, such as `tel:`. */
  onProgram: () => void = () => {};
  /** Fires when a reload was refused because it would send a form again. */
  onResubmit: () => void = () => {};
  /** Fires when a document asked for HTTP authentication and got none. */
  onPassword: () => void = () => {};
  info: Protocol.Target.TargetInfo;
  readonly #connection: CdpConnection;
  readonly #folder: string | undefined;
  readonly #places = new Map<CdpSession, FramePlace>();
  /** While the page loads an address that a viewer has chosen: whether it may follow a redirect to another address. */
  #mayFollow: ((url: string) => boolean) | undefined;
  #observer: Observer | undefined;
  #declinesPasswords = true;
  #userAgent: string | undefined;
  #topFrameId: string;
  #markRunning: () => void = () => {};
  /** Resolves when the page's process has answered. A page that is navigated while its process starts sometimes crashes. */
  readonly #running = new Promise<void>((resolve) => this.#markRunning = resolve);
  #reloadAtMs = 0;
  /** Whether the last document was requested by submitting a form with POST. */
  #isPosted = false;
  #timer: NodeJS.Timeout | undefined;

  /** The page may open the files in `folder`. */
  constructor(connection: CdpConnection, session: CdpSession, info: Protocol.Target.TargetInfo, folder: string | undefined) {
    this.#connection = connection;
    this.#folder = folder;
    this.session = session;
    this.info = info;
    this.targetId = info.targetId;
    this.#topFrameId = info.targetId;
    session.on('Inspector.targetCrashed', () => this.#revive());
    session.post('Inspector.enable');
    this.declineKeys();
    session.on('Page.frameNavigated', ({frame}) => {
      if (frame.parentId !== undefined) return;
      this.#topFrameId = frame.id;
      this.declineKeys();
    });
    this.#follow(session);
  }

  /** The frame of this CDP session. Undefined for the page itself. */
  placeOf(session: CdpSession): FramePlace | undefined {
    return this.#places.get(session);
  }

  /** Observes the documents of the page and its frames. */
  observe(listener: ObserverListener): void {
    if (!this.#observer) {
      this.#observer = new Observer();
      this.#observer.follow(this.session);
    }
    this.#observer.add(listener);
  }

  /** Reloads the page, unless that would submit a form again: a headless browser does not ask. */
  reload(ignoreCache: boolean): void {
    if (this.#isPosted) this.onResubmit();
    else this.session.post('Page.reload', {ignoreCache});
  }

  /** Lets a new page's scripts start. */
  run(): void {
    this.session.post('Runtime.runIfWaitingForDebugger');
    this.session.send('Page.getLayoutMetrics').then(this.#markRunning, this.#markRunning);
  }

  /** In CSS pixels. */
  async viewport(): Promise<Size> {
    const {cssVisualViewport: {clientWidth: width, clientHeight: height}} = await this.session.send('Page.getLayoutMetrics');
    return {width, height};
  }

  /** Navigates to an address. `mayFollow` is asked about each redirect on the way. */
  open(url: string, mayFollow: (url: string) => boolean): void {
    this.#guard(mayFollow);
    const isOver = () => {
      if (this.#mayFollow === mayFollow) this.#guard(undefined);
    };
    // Only the reply says that this navigation is over. An event about a loaded document may still be about the document before.
    void this.#running.then(() => this.session.send('Page.navigate', {url})).then(isOver, isOver);
  }

  /**
   * Whether the page is the active one: it has the focus and is visible, watched or not. An inactive page is left alone,
   * like an inactive tab.
   */
  setInFront(isInFront: boolean): void {
    this.session.post('Emulation.setFocusEmulationEnabled', {enabled: isInFront});
  }

  /**
   * Declines passkeys and digital wallets from now on: a passkey request times out, as if no key were touched, and a request for
   * a digital credential fails at once. Neither opens a native window, which nobody sees and which blocks the page's
   * input. Whenever a CDP session of the page ends, such as a screencast's or an automation's, the browser forgets this.
   */
  declineKeys(): void {
    this.session.post('WebAuthn.enable');
    this.session.post('DigitalCredentials.setVirtualWalletBehavior', {action: 'decline'});
  }

  /** Sets the user agent of the page, its frames and their dedicated workers, before any of its scripts run. */
  setUserAgent(userAgent: string): void {
    this.#userAgent = userAgent;
    this.session.post('Emulation.setUserAgentOverride', {userAgent});
    this.#attachFrames(this.session);
  }

  /** Makes the page emulate a phone, for good. `brands` stay the browser's own. */
  emulatePhone(device: Device): void {
    const {session} = this;
    session.post('Emulation.setDeviceMetricsOverride', {
      ...device.viewport, deviceScaleFactor: device.device_scale_factor, mobile: true,
      screenWidth: PHONE_SCREEN.width, screenHeight: PHONE_SCREEN.height, positionX: 0, positionY: 0,
      screenOrientation: {type: 'portraitPrimary', angle: 0},
    });
    session.post('Emulation.setTouchEmulationEnabled', {enabled: true, maxTouchPoints: PHONE_TOUCH_POINTS});
    session.post('Emulation.setUserAgentOverride', {
      userAgent: device.user_agent, platform: 'Linux armv81',
      // A user agent that is not Android's has its own client hints, or none.
      ...(device.user_agent.includes('Android') && {
        userAgentMetadata: {platform: 'Android', platformVersion: '14.0.0', architecture: '', model: device.name, mobile: true},
      }),
    });
  }

  /** Whether HTTP authentication is declined, or left to an automation. */
  setDeclinesPasswords(declinesPasswords: boolean): void {
    if (declinesPasswords === this.#declinesPasswords) return;
    this.#declinesPasswords = declinesPasswords;
    for (const session of [this.session, ...this.frames.values()]) this.#intercept(session);
  }

  /** The page was closed. */
  close(): void {
    clearTimeout(this.#timer);
  }

  #follow(session: CdpSession): void {
    // Without Page.enable before the first script, a dialog would block the page, and nobody could close it.
    session.post('Page.enable');
    session.on('Page.fileChooserOpened', (event) => this.onFileChooser(session, event));
    interceptChoosers(session);
    session.on('Page.frameRequestedNavigation', ({url}) => {
      if (!OWN_SCHEME.test(url)) this.onProgram();
    });
    this.#declinePasswords(session);
    if (this.#userAgent !== undefined) session.post('Emulation.setUserAgentOverride', {userAgent: this.#userAgent});
    this.#observer?.follow(session);
    session.on('Target.attachedToTarget', ({sessionId, targetInfo: {targetId: frameId, type}}) => {
      const frame = this.#connection.session(sessionId);
      if (type === 'worker') {
        frame.post('Runtime.runIfWaitingForDebugger');
        session.post('Target.detachFromTarget', {sessionId});
        return;
      }
      this.frames.set(frameId, frame);
      this.#places.set(frame, {parent: session, frameId});
      frame.onEnd(() => {
        if (this.frames.get(frameId) === frame) this.frames.delete(frameId);
        this.#places.delete(frame);
      });
      this.#follow(frame);
    });
    this.#attachFrames(session);
    if (this.#userAgent !== undefined) session.post('Runtime.runIfWaitingForDebugger');
  }

  /**
   * Attaches to the frames in a page or in a frame. If the session has a user agent, their scripts wait until it is set. Workers then
   * wait too, also those that a filter would leave out (seen in Chromium 156), so the filter includes them.
   */
  #attachFrames(session: CdpSession): void {
    const waits = this.#userAgent !== undefined;
    session.post('Target.setAutoAttach', {
      autoAttach: true, waitForDebuggerOnStart: waits, flatten: true, filter: [{type: 'iframe'}, ...(waits ? [{type: 'worker'}] : []), {exclude: true}],
    });
  }

  /**
   * A native window for HTTP authentication stays open, seen by nobody, and blocks the page's input. An image's request is enough to
   * open one. The browser offers authentication only to clients that intercept the request. So every request is intercepted, which
   * takes a millisecond or two.
   */
  #declinePasswords(session: CdpSession): void {
    session.on('Fetch.requestPaused', ({requestId, resourceType, frameId, request, redirectedRequestId}) => {
      const isOwn = resourceType === 'Document' && session === this.session && frameId === this.#topFrameId;
      if (isOwn) this.#isPosted = request.method === 'POST';
      const isAstray = isOwn && redirectedRequestId !== undefined && this.#mayFollow?.(request.url) === false;
      // A page from a file may link to any other file. A page from the web can't open files.
      const isForbidden = request.url.startsWith('file:') && !mayOpen(request.url, this.#folder);
      if (isAstray || isForbidden) {
        session.post('Fetch.failRequest', {requestId, errorReason: isForbidden ? 'AccessDenied' : 'BlockedByClient'});
      } else session.post('Fetch.continueRequest', {requestId});
    });
    session.on('Fetch.authRequired', ({requestId, resourceType}) => {
      if (resourceType === 'Document') this.onPassword();
      session.post('Fetch.continueWithAuth', {requestId, authChallengeResponse: {response: 'CancelAuth'}});
    });
    this.#intercept(session);
  }

  #guard(mayFollow: ((url: string) => boolean) | undefined): void {
    const isNew = (mayFollow === undefined) !== (this.#mayFollow === undefined);
    this.#mayFollow = mayFollow;
    if (isNew && !this.#declinesPasswords) this.#intercept(this.session);
  }

  #intercept(session: CdpSession): void {
    if (this.#declinesPasswords) session.post('Fetch.enable', {handleAuthRequests: true, patterns: [{urlPattern: '*'}]});
    else session.post('Fetch.enable', {patterns: [FILES, ...(session === this.session && this.#mayFollow ? [DOCUMENTS] : [])]});
  }

  #revive(): void {
    this.onCrash();
    const now = performance.now();
    const delayMs = Math.max(0, this.#reloadAtMs + RELOAD_INTERVAL_MS - now);
    this.#reloadAtMs = now + delayMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.session.post('Page.reload'), delayMs);
  }
}
