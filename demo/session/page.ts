import type {Protocol} from 'devtools-protocol';
import type {CdpConnection, CdpSession} from './cdp.js';
import {type Device, PHONE_SCREEN, PHONE_TOUCH_POINTS} from './device.js';

/** How often a page that crashes again and again is reloaded. */
const RELOAD_INTERVAL_MS = 5_000;

/** A top-level page of the session: a tab, or a window. */
export class Page {
  readonly targetId: string;
  readonly session: CdpSession;
  /** The sessions of its cross-process frames, nested ones too, by frame id. */
  readonly frames = new Map<string, CdpSession>();
  /** Fires when the page's process is gone, once for each crash. */
  onCrash: () => void = () => {};
  info: Protocol.Target.TargetInfo;
  readonly #connection: CdpConnection;
  #reloadAtMs = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: CdpConnection, session: CdpSession, info: Protocol.Target.TargetInfo) {
    this.#connection = connection;
    this.session = session;
    this.info = info;
    this.targetId = info.targetId;
    this.#followFrames(session);
    // Without Page.enable before its first script, a dialog would hang the page, and nobody could close it.
    session.post('Page.enable');
    session.on('Inspector.targetCrashed', () => this.#revive());
    session.post('Inspector.enable');
    session.post('Page.setInterceptFileChooserDialog', {enabled: true, cancel: true});
  }

  /** Lets a new page's scripts begin. */
  run(): void {
    this.session.post('Runtime.runIfWaitingForDebugger');
  }

  /**
   * Whether the page is the one in front: it has the focus and is visible, watched or not. A page behind is left to
   * itself, as a tab behind is.
   */
  setInFront(isInFront: boolean): void {
    this.session.post('Emulation.setFocusEmulationEnabled', {enabled: isInFront});
  }

  /** Makes the page a phone's, for good. `brands` are left to the browser: they are its own. */
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
      userAgentMetadata: {platform: 'Android', platformVersion: '14.0.0', architecture: '', model: device.name, mobile: true},
    });
  }

  /** The page is closed. */
  close(): void {
    clearTimeout(this.#timer);
  }

  #followFrames(session: CdpSession): void {
    session.on('Target.attachedToTarget', ({sessionId, targetInfo}) => {
      const frame = this.#connection.session(sessionId);
      this.frames.set(targetInfo.targetId, frame);
      this.#followFrames(frame);
    });
    session.on('Target.detachedFromTarget', ({sessionId}) => {
      for (const [id, frame] of this.frames) if (frame.id === sessionId) this.frames.delete(id);
    });
    session.post('Target.setAutoAttach', {
      autoAttach: true, waitForDebuggerOnStart: false, flatten: true, filter: [{type: 'iframe'}, {exclude: true}],
    });
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
