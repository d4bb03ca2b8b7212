import type {Duplex} from 'node:stream';
import {CLOSE_CODE, encode, MAX_PASTE_BYTES, PROTOCOL_VERSION} from 'chaser-live-view/protocol';
import type {FileMessage, PasteMessage, PlayerMessage, RefusalCode, ServerMessage} from 'chaser-live-view/protocol';
import {WebSocket} from 'ws';
import {Attendance} from './people/attendance.js';
import type {Handoffs} from './people/handoffs.js';
import {InputGate} from './people/input-gate.js';
import type {SessionEntry} from './session-entry.js';
import type {BrowserSession} from './session/session.js';
import {mayNavigate} from './session/tabs/tabs.js';
import type {Seat, ViewerMessage} from './session/viewer.js';
import {Deadline, nowMs} from './clock.js';
import {runOf} from './faults.js';
import {Inbox} from './inbox.js';
import {Life} from './life.js';
import {type FrameSocket, Pacer} from './pacer.js';
import type {Patches} from './patches/patches.js';
import {PlayerFrames} from './player-frames.js';
import type {PreviewClaims} from './tokens.js';
import {forWatchOnly} from './watch-only.js';

/** How much may wait in a socket: the largest frame, and some messages. */
const MAX_BACKLOG_BYTES = 24 * 1024 * 1024;

export interface PlayerOptions {
  readonly socket: WebSocket;
  /** The stream below the WebSocket. */
  readonly stream: Duplex;
  readonly browser: BrowserSession;
  readonly entry: Pick<SessionEntry, 'id' | 'end' | 'people' | 'control' | 'handoffs'>;
  readonly claims: PreviewClaims;
  readonly patches: Patches;
  readonly fps: number;
  /** The address of a download for this player, from its secret. */
  readonly downloadUrl: (secret: string) => string;
}

/** One viewer of a session, on one socket. */
export class Player {
  readonly claims: PreviewClaims;
  readonly #socket: WebSocket;
  readonly #frames: PlayerFrames;
  readonly #pacer: Pacer;
  readonly #seat: Seat;
  readonly #attendance: Attendance;
  readonly #features: BrowserSession['features'];
  readonly #gate: InputGate;
  readonly #handoffs: Handoffs;
  readonly #inbox: Inbox;
  readonly #expiry: Deadline;
  readonly #life: Life;

  constructor({socket, stream, browser, entry, claims, patches, fps, downloadUrl}: PlayerOptions) {
    const {people, control, handoffs} = entry;
    this.claims = claims;
    this.#socket = socket;
    this.#life = new Life(socket);
    this.#inbox = new Inbox({
      handle: (message) => this.#handle(message),
      refuse: (code, text) => this.#refuse(code, text),
      // An `up` may have been among the dropped messages.
      limit: () => claims.isInputEnabled && this.#seat.receive({type: 'release'}),
      close: () => this.close(CLOSE_CODE.badMessage, 'bad_message'),
    });
    this.#frames = new PlayerFrames(patches);
    this.#pacer = new Pacer(frameSocketOf(socket, stream), this.#frames, fps);
    this.#expiry = new Deadline(claims.expiresAtMs, () => this.close(CLOSE_CODE.tokenRejected, 'token_expired'));
    this.#attendance = new Attendance(people, {tell: (message) => this.#tell(message), revoke: () => this.#revoke()});
    this.#features = ['patches', ...browser.features, 'handoff', ...(control.mode === 'exclusive' ? ['control'] as const : [])];
    this.#gate = new InputGate({
      isInputEnabled: claims.isInputEnabled, attendance: this.#attendance, control, refuse: (code, message) => this.#refuse(code, message),
    });
    this.#tell({
      type: 'hello', protocol: PROTOCOL_VERSION, session: claims.sessionId, input_enabled: claims.isInputEnabled, fps,
      expires_at: new Date(claims.expiresAtMs).toISOString(), viewport: browser.viewport, server_time: new Date(nowMs()).toISOString(),
      viewer: this.#attendance.name, features: this.#features, navigation: claims.navigation, touch: browser.device.touch,
    });
    for (const message of handoffs.messages) this.#tell(message);
    this.#handoffs = handoffs;
    const attendance = this.#attendance;
    this.#seat = browser.join({
      get person() {
        return attendance.person;
      },
      isWatchOnly: !claims.isInputEnabled,
      navigation: claims.navigation,
      downloadUrl,
      show: (jpeg) => this.#pacer.show(jpeg),
      tell: (message) => this.#tell(message),
      end: () => this.close(CLOSE_CODE.sessionEnded, 'session_ended'),
    });
    socket.on('message', (data, isBinary) => runOf(entry, () => socket.readyState === WebSocket.OPEN && this.#inbox.receive(data, isBinary)));
    socket.on('ping', (data) => this.#pong(data));
    socket.on('close', () => runOf(entry, () => this.#leave()));
  }

  /** Closes the socket, and releases at once what the player holds. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    this.#leave();
  }

  /** Pings the player, and closes the connection of one that has not answered for long. */
  checkLife(): void {
    this.#life.check();
  }

  #leave(): void {
    this.#expiry.stop();
    this.#pacer.stop();
    this.#inbox.announced.cancel();
    this.#seat.leave();
    this.#attendance.leave();
  }

  #tell(message: ServerMessage): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    // A client that keeps sending and never reads must not use up memory.
    if (this.#socket.bufferedAmount > MAX_BACKLOG_BYTES) this.#socket.terminate();
    else this.#socket.send(encode(this.claims.isInputEnabled ? message : forWatchOnly(message)), () => this.#pacer.flush());
  }

  /** Does not answer a client that keeps asking and never reads. */
  #pong(data: Buffer): void {
    if (this.#inbox.afford() && this.#socket.bufferedAmount <= MAX_BACKLOG_BYTES) this.#socket.pong(data);
  }

  #handle(message: PlayerMessage): void {
    if (message.type === 'continue') this.#attendance.continue(message.viewer);
    else this.#attendance.introduce();
    switch (message.type) {
      case 'ack':
        if (!this.#pacer.ack(message.frames)) this.#inbox.refuse('The message acknowledges frames that were not sent.');
        break;
      case 'ping':
        this.#pacer.expectAcks();
        this.#tell({type: 'pong', t: message.t});
        break;
      case 'pause':
        this.#pacer.pause();
        this.#seat.setWatching(false);
        break;
      case 'resume':
        this.#pacer.resume();
        this.#seat.setWatching(true);
        break;
      case 'continue':
        this.#seat.recall();
        break;
      case 'control':
        this.#gate.drive(message);
        break;
      case 'handoff':
        if (this.#gate.mayAct()) this.#handoffs.answer(message, (answer) => this.#tell(answer));
        break;
      case 'accept':
        this.#frames.setTakesPatches(message.patches);
        break;
      case 'refresh':
        this.#pacer.refresh();
        break;
      case 'file':
        this.#file(message);
        break;
      case 'file_chooser':
        this.#inbox.announced.cancel();
        this.#pass(message);
        break;
      case 'paste':
        this.#paste(message);
        break;
      case 'tab':
      case 'navigate':
        // What the token does not allow is refused as that, whoever is in control, and takes none.
        if (!mayNavigate(this.claims.navigation, message) || this.#gate.admits(message)) this.#seat.receive(message);
        break;
      default:
        this.#pass(message);
    }
  }

  #pass(message: ViewerMessage): void {
    if (this.#gate.admits(message)) this.#seat.receive(message);
  }

  /** The bytes of a refused paste are then ignored. */
  #paste(message: PasteMessage): void {
    this.#inbox.announced.cancel();
    if (!this.#features.includes('paste') || !this.#gate.admits(message)) return;
    const sizeBytes = message.items.reduce((sum, {size}) => sum + size, 0);
    if (sizeBytes > MAX_PASTE_BYTES) {
      this.#refuse('too_large', `A paste is at most ${MAX_PASTE_BYTES} bytes.`);
      return;
    }
    const receiver = this.#inbox.announced.afford(sizeBytes) ? this.#seat.paste(message) : undefined;
    if (receiver) this.#inbox.announced.announce(sizeBytes, receiver);
    else this.#refuse('rate_limited', 'Too much was pasted at once.');
  }

  /** The same for a file. */
  #file(message: FileMessage): void {
    this.#inbox.announced.cancel();
    if (!this.#features.includes('files') || !this.#gate.admits(message)) return;
    const {size, offset = 0} = message;
    if (offset > size) {
      this.#inbox.refuse('The offset of the announced file is beyond its end.');
      return;
    }
    const receiver = this.#seat.receiveFile(message, (sizeBytes) => this.#inbox.announced.afford(sizeBytes));
    if ('code' in receiver) this.#refuse(receiver.code, receiver.words);
    else this.#inbox.announced.announce(size - offset, receiver);
  }

  /** This player's input is no longer accepted. */
  #revoke(): void {
    this.#inbox.announced.cancel();
    this.#seat.revoke();
  }

  #refuse(code: RefusalCode, message: string): void {
    this.#tell({type: 'error', code, message});
  }
}

/** Frames bypass `ws`, but go between two of its messages: `ws` writes each of those in one piece. */
function frameSocketOf(socket: WebSocket, stream: Duplex): FrameSocket {
  return {
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    send: (message, sent) => {
      // Nothing may follow a close frame.
      if (socket.readyState === WebSocket.OPEN) stream.write(message, sent);
    },
  };
}
