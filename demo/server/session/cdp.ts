import type {ProtocolMapping} from 'devtools-protocol/types/protocol-mapping.js';
import {WebSocket} from 'ws';
import {childIn, type Message, parseMessage} from './cdp-message.js';

type Commands = ProtocolMapping.Commands;
type Events = ProtocolMapping.Events;
export type CdpMethod = keyof Commands;
export type CdpParams<Method extends CdpMethod> = Commands[Method]['paramsType'];
export type CdpResult<Method extends CdpMethod> = Commands[Method]['returnType'];
export type CdpEvent<Name extends keyof Events> = Events[Name][0];

/** The browser refused a command, or is gone. */
export class CdpError extends Error {
  override readonly name = 'CdpError';
}

/** The browser's reply to a command: a result or an error, unchanged. */
export type CdpReply = {readonly result: unknown} | {readonly error: {readonly code?: number; readonly message: string}};

type Listener = (params: unknown) => void;

const GONE = {code: -32000, message: 'The browser is gone.'};
const DETACHED = {code: -32001, message: 'Session with given id not found.'};
const CLOSE_TIMEOUT_MS = 2_000;
/** The largest message from the browser: a frame of 16 MiB in base64, and its metadata. */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;
/** A browser that has more than this unread is behind. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

export interface CdpConnectionOptions {
  /** The largest message that the browser may send. By default, a frame fits. */
  readonly maxMessageBytes?: number;
  /** Aborts the connection attempt. */
  readonly signal?: AbortSignal;
}

/**
 * One connection to a browser's DevTools endpoint, with flat sessions
 * (`Target.attachToTarget {flatten: true}`). Commands go out in the order of their calls, whether awaited or not.
 */
export class CdpConnection {
  /** The browser's own CDP session. */
  readonly browser: CdpSession;
  /** Resolves when the connection is gone, for whatever reason. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #replies = new Map<number, {readonly sessionId: string; readonly answer: (reply: CdpReply) => void}>();
  readonly #sessions = new Map<string, CdpSession>();
  /** The CDP session through which each one was attached. */
  readonly #parents = new Map<string, string>();
  /** The callers that wait until the browser has read what was sent. */
  #waiting: (() => void)[] = [];
  #lastId = 0;

  /** @throws {CdpError} when there is no browser at `url`. */
  static async open(url: string, {maxMessageBytes = MAX_MESSAGE_BYTES, signal}: CdpConnectionOptions = {}): Promise<CdpConnection> {
    // Chromium refuses a connection with an Origin header, and `ws` sends none.
    const socket = new WebSocket(url, {perMessageDeflate: false, maxPayload: maxMessageBytes, handshakeTimeout: 30_000});
    // For the whole lifetime, because an unhandled error ends the process.
    socket.on('error', () => socket.terminate());
    const abort = () => socket.terminate();
    signal?.addEventListener('abort', abort, {once: true});
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('open', resolve);
        socket.once('error', (error) => reject(new CdpError('No browser answered at the CDP endpoint.', {cause: error})));
      });
      signal?.throwIfAborted();
    } finally {
      signal?.removeEventListener('abort', abort);
    }
    return new CdpConnection(socket);
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    this.browser = this.session('');
    this.closed = new Promise((resolve) => socket.once('close', () => {
      for (const {answer} of this.#replies.values()) answer({error: GONE});
      this.#replies.clear();
      this.#release();
      resolve();
    }));
    socket.on('message', (data: Buffer) => this.#read(data));
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** The CDP session with this id, as in `Target.attachedToTarget`. */
  session(id: string): CdpSession {
    let session = this.#sessions.get(id);
    if (!session) {
      session = new CdpSession(id, (method, params) => this.#send(id, method, params));
      this.#sessions.set(id, session);
    }
    return session;
  }

  close(): void {
    this.#socket.close();
    // A browser that is hung never closes the connection.
    setTimeout(() => this.#socket.terminate(), CLOSE_TIMEOUT_MS).unref();
  }

  /** Sends any command. `answer` is called with the reply when it arrives, before later messages are handled. */
  request(sessionId: string, method: string, params: object | undefined, answer: (reply: CdpReply) => void): void {
    if (this.#socket.readyState !== WebSocket.OPEN) {
      answer({error: GONE});
      return;
    }
    const id = ++this.#lastId;
    this.#replies.set(id, {sessionId, answer});
    this.#socket.send(JSON.stringify({id, method, ...(params && {params}), ...(sessionId && {sessionId})}), this.#onSent);
  }

  /** Resolves when the browser is not behind, or is gone. Undefined if it is not behind now. Senders of others' commands wait for this. */
  get drained(): Promise<void> | undefined {
    return this.#isBehind ? new Promise((resolve) => this.#waiting.push(resolve)) : undefined;
  }

  get #isBehind(): boolean {
    return this.isOpen && this.#socket.bufferedAmount > MAX_UNREAD_BYTES;
  }

  readonly #onSent = (): void => {
    if (this.#waiting.length > 0 && !this.#isBehind) this.#release();
  };

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  async #send(sessionId: string, method: string, params: object | undefined): Promise<unknown> {
    const reply = await new Promise<CdpReply>((resolve) => this.request(sessionId, method, params, resolve));
    if ('error' in reply) throw new CdpError(`${method}: ${reply.error.message}`);
    return reply.result;
  }

  /** A peer that does not speak the protocol is not a browser, so the connection is closed. */
  #read(data: Buffer): void {
    let message: Message;
    try {
      message = parseMessage(data);
    } catch {
      this.#socket.terminate();
      return;
    }
    this.#receive(message);
  }

  /** Chromium follows its own protocol, so its messages are trusted to have the types' shape. */
  #receive(message: Message): void {
    if (message.id !== undefined) {
      const reply = this.#replies.get(message.id);
      this.#replies.delete(message.id);
      reply?.answer(message.error ? {error: message.error} : {result: message.result});
    } else if (message.method) {
      const child = childIn(message.params);
      if (message.method === 'Target.attachedToTarget' && child !== undefined) this.#parents.set(child, message.sessionId ?? '');
      this.#sessions.get(message.sessionId ?? '')?.receive(message.method, message.params);
      if (message.method === 'Target.detachedFromTarget' && child !== undefined) this.#forget(child);
    }
  }

  /**
   * The CDP session is gone, and pending commands are never answered. So are those that were attached through it, such as the frames in a
   * frame, which the browser does not report (`findings/cdp-nested-frame-no-detach.sh`).
   */
  #forget(id: string): void {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    this.#parents.delete(id);
    for (const [replyId, {sessionId, answer}] of this.#replies) {
      if (sessionId !== id) continue;
      this.#replies.delete(replyId);
      answer({error: DETACHED});
    }
    session?.end();
    for (const [child, parent] of this.#parents) if (parent === id) this.#forget(child);
  }
}

/** One CDP session: sends commands to one target, and listens to its events. */
export class CdpSession {
  readonly id: string;
  readonly #send: (method: string, params: object | undefined) => Promise<unknown>;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #anyListeners = new Set<(method: string, params: unknown) => void>();
  readonly #endListeners = new Set<() => void>();

  constructor(id: string, send: (method: string, params: object | undefined) => Promise<unknown>) {
    this.id = id;
    this.#send = send;
  }

  /** @throws {CdpError} when the browser refuses, or is gone. */
  send<Method extends CdpMethod>(method: Method, ...params: CdpParams<Method>): Promise<CdpResult<Method>> {
    return this.#send(method, params[0]) as Promise<CdpResult<Method>>;
  }

  /** Sends a command whose reply nobody needs. Input must not wait, and a page that is gone does not answer. */
  post<Method extends CdpMethod>(method: Method, ...params: CdpParams<Method>): void {
    this.#send(method, params[0]).catch(() => {});
  }

  /** Listens to an event. Returns a function that stops listening. */
  on<Name extends keyof Events>(name: Name, listener: (params: CdpEvent<Name>) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener as Listener);
    return () => listeners.delete(listener as Listener);
  }

  /** Listens to every event. */
  onAny(listener: (method: string, params: unknown) => void): void {
    this.#anyListeners.add(listener);
  }

  /** Calls a listener once the session has ended. Its pending commands have failed by then. */
  onEnd(listener: () => void): void {
    this.#endListeners.add(listener);
  }

  /** Called by the connection when the session has ended. */
  end(): void {
    for (const listener of this.#endListeners) listener();
  }

  /** Called by the connection with each event of this session. */
  receive(method: string, params: unknown): void {
    for (const listener of this.#listeners.get(method) ?? []) listener(params);
    for (const listener of this.#anyListeners) listener(method, params);
  }
}
