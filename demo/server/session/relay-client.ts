import {WebSocket} from 'ws';
import type {CdpConnection} from './cdp.js';
import {fieldsOf} from './fields.js';
import type {Share} from './share.js';
import {rule, type SessionKind} from './share-rules.js';

type Fields = Readonly<Record<string, unknown>>;

/** A command as a client sends it. */
interface Command {
  readonly id: number;
  readonly method: string;
  readonly params: Fields | undefined;
  readonly sessionId: string | undefined;
}

/** A client with this many unread bytes counts as one that does not read. */
const MAX_UNREAD_BYTES = 64 * 1024 * 1024;
/** The most commands of a client that the browser may have to answer. */
const MAX_UNANSWERED = 10_000;
const NO_TARGET = 'No target with given id found';

/** Serves one client: a CDP session on the shared connection, and the sessions attached under it, as far as they belong to the share. */
export class RelayClient {
  readonly #connection: CdpConnection;
  readonly #share: Share;
  readonly #socket: WebSocket;
  readonly #onClose: () => void;
  readonly #sessions = new Map<string, SessionKind>();
  /** Targets of which the client was told that they were created. It is also told when they end. */
  readonly #targets = new Set<unknown>();
  readonly #root: Promise<string>;
  #turn: Promise<void>;
  #unanswered = 0;

  /** Serves a client until it disconnects. `onClose` is called when the client closes the browser. */
  static serve(connection: CdpConnection, share: Share, socket: WebSocket, onClose: () => void): void {
    const client = new RelayClient(connection, share, socket, onClose);
    socket.on('message', (data: Buffer) => client.#receive(data.toString()));
    socket.once('close', () => void client.#leave());
  }

  private constructor(connection: CdpConnection, share: Share, socket: WebSocket, onClose: () => void) {
    this.#connection = connection;
    this.#share = share;
    this.#socket = socket;
    this.#onClose = onClose;
    this.#root = connection.browser.send('Target.attachToBrowserTarget').then(({sessionId}) => {
      this.#follow(sessionId, '', 'browser');
      return sessionId;
    });
    this.#root.catch(() => socket.terminate());
    this.#turn = this.#root.then(() => {});
    socket.on('error', () => socket.terminate());
  }

  async #leave(): Promise<void> {
    const sessionId = await this.#root.catch(() => undefined);
    if (sessionId !== undefined) this.#connection.browser.post('Target.detachFromTarget', {sessionId});
  }

  /** Sends commands in their order. No more are read while one of them waits or the browser is behind. */
  #receive(text: string): void {
    this.#socket.pause();
    const turn = this.#turn.then(() => this.#command(text)).then(() => this.#connection.drained).catch(() => this.#socket.terminate());
    this.#turn = turn;
    void turn.then(() => {
      if (this.#turn === turn && this.#socket.readyState === WebSocket.OPEN) this.#socket.resume();
    });
  }

  async #command(text: string): Promise<void> {
    const command = readCommand(text);
    if (!command) return;
    const root = await this.#root;
    const {id, method, sessionId} = command;
    const answer = (reply: object) => this.#send({id, ...reply, ...(sessionId !== undefined && {sessionId})});
    const kind = this.#sessions.get(sessionId ?? root);
    if (!kind) answer({error: {code: -32001, message: 'Session with given id not found.'}});
    else if (this.#unanswered >= MAX_UNANSWERED) answer({error: {code: -32000, message: `${MAX_UNANSWERED} commands of this connection are not answered yet. Wait for their answers.`}});
    else if (method === 'Browser.close') {
      answer({result: {}});
      this.#onClose();
    } else {
      const ruling = rule(method, command.params ?? {}, kind, this.#share);
      const refusal = 'refusal' in ruling ? ruling.refusal : await this.#refusalOf(ruling.params);
      if (refusal !== undefined || 'refusal' in ruling) answer({error: {code: -32000, message: refusal}});
      else this.#pass(method, ruling.params, sessionId ?? root, answer);
    }
  }

  /** The reason to refuse a command that names a target or a session. Undefined if the command is allowed. */
  async #refusalOf({targetId, sessionId}: Fields): Promise<string | undefined> {
    if (sessionId !== undefined && !this.#sessions.has(String(sessionId))) return 'No session with given id';
    if (targetId === undefined || this.#targets.has(targetId)) return undefined;
    return await this.#share.ownsTarget(String(targetId)) ? undefined : NO_TARGET;
  }

  #pass(method: string, params: Fields, sessionId: string, answer: (reply: object) => void): void {
    // A context that is to outlive its creator is disposed with the session's connection, even when the server is killed.
    const isMaking = method === 'Target.createBrowserContext';
    const by = isMaking && params['disposeOnDetach'] !== true ? '' : sessionId;
    this.#unanswered += 1;
    this.#connection.request(by, method, isMaking ? {...params, disposeOnDetach: true} : params, (reply) => {
      this.#unanswered -= 1;
      answer('result' in reply ? {result: this.#own(method, fieldsOf(reply.result))} : reply);
    });
  }

  /** Passes on the events of a session, which the client knows by `name`, and of those attached under it. */
  #follow(sessionId: string, name: string, kind: SessionKind): void {
    this.#sessions.set(sessionId, kind);
    const session = this.#connection.session(sessionId);
    session.onEnd(() => this.#sessions.delete(sessionId));
    session.onAny((method, params) => {
      const fields = fieldsOf(params);
      const child = String(fields['sessionId']);
      if (this.#isForeign(method, fields, kind)) {
        // An automation may attach to all targets. It is detached from those of others.
        if (method === 'Target.attachedToTarget') session.post('Target.detachFromTarget', {sessionId: child});
        return;
      }
      if (method === 'Target.attachedToTarget') this.#follow(child, child, isBrowser(fields['targetInfo']) ? 'browser' : 'target');
      this.#send({method, params, ...(name && {sessionId: name})});
      if (method === 'Target.targetCreated') this.#targets.add(fieldsOf(fields['targetInfo'])['targetId']);
      if (method === 'Target.targetDestroyed') this.#targets.delete(fields['targetId']);
    });
  }

  /** Whether an event is about a target that does not belong to the session. */
  #isForeign(method: string, {targetInfo, targetId, sessionId}: Fields, kind: SessionKind): boolean {
    if (method === 'Target.detachedFromTarget') return !this.#sessions.has(String(sessionId));
    if (targetInfo === undefined) return method.startsWith('Target.') && !this.#targets.has(targetId);
    // A page's worker may have no context. The browser target has none, and the client has attached to it itself.
    const isAttached = method === 'Target.attachedToTarget' && fieldsOf(targetInfo)['browserContextId'] === undefined;
    return !(isAttached && (kind === 'target' || isBrowser(targetInfo))) && !this.#isOwn(targetInfo);
  }

  #isOwn(targetInfo: unknown): boolean {
    return this.#share.ownsInfo(targetInfo);
  }

  /** The part of a reply that belongs to the session. */
  #own(method: string, result: Fields): Fields {
    const {targetInfos, browserContextIds, browserContextId, windowId} = result;
    switch (method) {
      case 'Target.getTargets':
        return {...result, targetInfos: listOf(targetInfos).filter((info) => this.#isOwn(info))};
      case 'Target.getBrowserContexts':
        return {browserContextIds: listOf(browserContextIds).filter((id) => this.#share.hasMade(id)), defaultBrowserContextId: this.#share.contextId};
      case 'Target.createBrowserContext':
        this.#share.add(browserContextId);
        return result;
      case 'Browser.getWindowForTarget':
        this.#share.addWindow(windowId);
        return result;
      default:
        return result;
    }
  }

  #send(message: object): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > MAX_UNREAD_BYTES) this.#socket.terminate();
    else this.#socket.send(JSON.stringify(message));
  }
}

function isBrowser(targetInfo: unknown): boolean {
  return fieldsOf(targetInfo)['type'] === 'browser';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function readCommand(text: string): Command | undefined {
  const {id, method, params, sessionId} = fieldsOf(JSON.parse(text));
  if (typeof id !== 'number' || typeof method !== 'string') return undefined;
  return {id, method, params: params === undefined ? undefined : fieldsOf(params), sessionId: typeof sessionId === 'string' ? sessionId : undefined};
}
