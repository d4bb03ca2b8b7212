import type {KeyMessage, MouseButtonMessage, MouseMoveMessage, PasteItem, PasteType, ServerMessage} from 'chaser-live-view/protocol';
import {CdpConnection, type CdpSession} from '../../demo/server/session/cdp.js';
import type {Profile} from '../../demo/server/session/device.js';
import {BrowserSession, type SessionOptions} from '../../demo/server/session/session.js';
import type {Seat, Viewer, ViewerMessage} from '../../demo/server/session/viewer.js';
import {News} from './news.js';
import type {Recorded} from './recorder.js';
import {RecordingServer} from './recording-server.js';

/** A session whose pages record their events. */
export class DrivenSession {
  readonly session: BrowserSession;
  readonly recording: RecordingServer;
  readonly #connection: CdpConnection;
  readonly #page: CdpSession;

  static async start(profile: Profile, options: Partial<SessionOptions> = {}): Promise<DrivenSession> {
    const recording = await RecordingServer.start();
    const session = await BrowserSession.start({profile, fps: 10, jpegQuality: 30, ...options});
    const connection = await CdpConnection.open(session.browserUrl);
    const {targetInfos} = await connection.browser.send('Target.getTargets', {filter: [{type: 'page'}, {exclude: true}]});
    const {sessionId} = await connection.browser.send('Target.attachToTarget', {targetId: targetInfos[0]?.targetId ?? '', flatten: true});
    return new DrivenSession(session, recording, connection, connection.session(sessionId));
  }

  constructor(session: BrowserSession, recording: RecordingServer, connection: CdpConnection, page: CdpSession) {
    this.session = session;
    // One viewer stays, so that all tests of a file share one screencast.
    session.join({show: () => {}, tell: () => {}, end: () => {}});
    this.recording = recording;
    this.#connection = connection;
    this.#page = page;
  }

  /** Opens a page, and waits until the page and its frames are ready for input. */
  async open(url: string, ...frames: readonly string[]): Promise<void> {
    this.recording.clear();
    await this.#page.send('Page.navigate', {url});
    const names = [new URL(url).pathname.slice(1), ...frames];
    await this.recording.until(() => names.every((name) => this.recording.of('ready', name).length > 0));
    if (this.session.device.touch) await this.#waitForTouch();
    this.recording.clear();
  }

  /** Touches the page until it reports a touch. Before that, the browser does not know that the page has touch listeners. */
  async #waitForTouch(): Promise<void> {
    await this.evaluate('addEventListener("touchstart", () => document.documentElement.lang = "touched", {passive: true})');
    do {
      await this.#page.send('Input.dispatchTouchEvent', {type: 'touchStart', touchPoints: [{x: 1, y: 1}]});
      await this.#page.send('Input.dispatchTouchEvent', {type: 'touchCancel', touchPoints: []});
    } while (await this.evaluate('document.documentElement.lang') !== 'touched');
    await this.recording.next('touchcancel');
  }

  /**
   * Moves the mouse to a point until the frame there reports it. For some time after a frame has painted, the browser still sends its events
   * to the page around it.
   */
  async reach(hand: Hand, frame: string, x: number, y: number): Promise<void> {
    const timer = setInterval(() => hand.move(x, y + Math.random()), 50);
    await this.recording.next('mousemove', frame);
    clearInterval(timer);
    this.recording.clear();
  }

  /** Evaluates an expression in the page's own world. */
  async evaluate(expression: string): Promise<unknown> {
    const {result} = await this.#page.send('Runtime.evaluate', {expression, returnByValue: true, awaitPromise: true});
    return result.value;
  }

  /** Zooms the page like a pinch, and waits until the viewer has received the zoomed picture. */
  async setPageScale(hand: Hand, pageScaleFactor: number): Promise<void> {
    await this.#page.send('Emulation.setPageScaleFactor', {pageScaleFactor});
    await this.evaluate('window.painting = setInterval(() => { document.body.style.outlineColor = `rgb(${Math.random() * 255} 0 0)`; document.body.style.outlineStyle = "solid"; }, 20)');
    // One frame may be older than the zoom, and another one may be on its way.
    const before = hand.frames;
    await hand.until(() => hand.frames > before + 2);
    await this.evaluate('clearInterval(window.painting)');
  }

  hand(viewer: Pick<Viewer, 'isWatchOnly'> = {}): Hand {
    return new Hand(this.session, viewer);
  }

  async stop(): Promise<void> {
    this.#connection.close();
    await Promise.all([this.session.close(), this.recording.stop()]);
  }
}

/** A viewer of a session, who sends a player's messages. */
export class Hand {
  readonly told: ServerMessage[] = [];
  /** How many frames this viewer has received. */
  frames = 0;
  readonly #seat: Seat;
  readonly #news = new News(() => `${JSON.stringify(this.told)} and ${this.frames} frames`);
  #buttons = 0;

  constructor(session: BrowserSession, viewer: Pick<Viewer, 'isWatchOnly'> = {}) {
    this.#seat = session.join({...viewer, show: () => this.#note(() => this.frames++), tell: (message) => this.#note(() => this.told.push(message)), end: () => {}});
  }

  send(...messages: readonly ViewerMessage[]): void {
    for (const message of messages) this.#seat.receive(message);
  }

  leave(): void {
    this.#seat.leave();
  }

  move(x: number, y: number, more: Partial<MouseMoveMessage> = {}): void {
    this.send({type: 'mouse', event: 'move', x, y, button: -1, buttons: this.#buttons, modifiers: 0, ...more});
  }

  down(x: number, y: number, more: Partial<MouseButtonMessage> = {}): void {
    this.#button('down', x, y, more);
  }

  up(x: number, y: number, more: Partial<MouseButtonMessage> = {}): void {
    this.#button('up', x, y, more);
  }

  click(x: number, y: number, more: Partial<MouseButtonMessage> = {}): void {
    this.move(x, y);
    this.down(x, y, more);
    this.up(x, y, more);
  }

  /** Presses at the first point, moves through the others and releases at the last. */
  drag(...points: readonly (readonly [x: number, y: number])[]): void {
    const [[x, y] = [0, 0], ...rest] = points;
    this.move(x, y);
    this.down(x, y);
    for (const point of rest) this.move(...point);
    this.up(...(points.at(-1) ?? [x, y]));
  }

  /** Presses and releases a key, by its DOM name. By default, it has no `code`. */
  press(key: string, more: Partial<KeyMessage> = {}): void {
    this.key('down', key, more);
    this.key('up', key, more);
  }

  key(event: 'down' | 'up', key: string, more: Partial<KeyMessage> = {}): void {
    this.send({type: 'key', event, key, code: '', keyCode: 0, location: 0, repeat: false, modifiers: 0, ...more});
  }

  /** Presses a key with Control, or with these modifiers. */
  shortcut(key: string, keyCode: number, modifiers = 2): void {
    const held = [['Control', 'ControlLeft', 17, 2], ['Shift', 'ShiftLeft', 16, 8]] as const;
    let bits = 0;
    for (const [name, code, heldCode, bit] of held) if (modifiers & bit) this.key('down', name, {code, keyCode: heldCode, location: 1, modifiers: bits |= bit});
    this.press(key, {code: key.length === 1 ? `Key${key.toUpperCase()}` : key, keyCode, modifiers});
    for (const [name, code, heldCode, bit] of held.toReversed()) if (modifiers & bit) this.key('up', name, {code, keyCode: heldCode, location: 1, modifiers: bits &= ~bit});
  }

  /** Pastes like a player: the announcement, and then the bytes of each format. */
  paste(forms: Readonly<Partial<Record<PasteType, string | Buffer>>>): void {
    this.announce(forms)?.();
  }

  /** Announces a paste. Returns a function that sends its bytes. */
  announce(forms: Readonly<Partial<Record<PasteType, string | Buffer>>>): (() => void) | undefined {
    const types: readonly PasteType[] = ['text/plain', 'text/html', 'image/png'];
    const items: PasteItem[] = [];
    const parts: Buffer[] = [];
    for (const type of types) {
      const form = forms[type];
      if (form === undefined) continue;
      const bytes = Buffer.from(form);
      items.push({type, size: bytes.length});
      parts.push(bytes);
    }
    const receiver = this.#seat.paste({type: 'paste', items});
    return receiver && (() => {
      for (const bytes of parts) receiver.write(bytes);
      receiver.end();
    });
  }

  /** Waits for a message of a type, received before this call or after it. */
  async next<Type extends ServerMessage['type']>(type: Type): Promise<Extract<ServerMessage, {type: Type}>> {
    return this.#news.until(() => this.told.find((message): message is Extract<ServerMessage, {type: Type}> => message.type === type), type);
  }

  async until(isTrue: () => boolean): Promise<void> {
    await this.#news.until(isTrue);
  }

  #note(note: () => void): void {
    note();
    this.#news.tell();
  }

  #button(event: 'down' | 'up', x: number, y: number, more: Partial<MouseButtonMessage>): void {
    const button = more.button ?? 0;
    const bit = [1, 4, 2, 8, 16][button] ?? 0;
    this.#buttons = event === 'down' ? this.#buttons | bit : this.#buttons & ~bit;
    this.send({type: 'mouse', event, x, y, button, buttons: this.#buttons, modifiers: 0, clickCount: 1, ...more});
  }
}

/** A short text for each event: its type and its target. */
export function story(events: readonly Recorded[]): string[] {
  return events.map(({type, target}) => `${type} ${target}`);
}
