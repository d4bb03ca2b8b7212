import type {IncomingMessage} from 'node:http';
import type {Duplex} from 'node:stream';
import {CLOSE_CODE} from 'chaser-live-view/protocol';
import type {FastifyBaseLogger} from 'fastify';
import {type WebSocket, WebSocketServer} from 'ws';
import type {Access} from './access.js';
import {downloadUrl} from './downloads-api.js';
import {writeError} from './errors.js';
import type {Openings} from './openings.js';
import {Patches} from './patches/patches.js';
import {Player} from './player.js';
import type {Registry} from './registry.js';
import type {Tokens} from './tokens.js';

/** How many streams one token may have at a time. */
const MAX_STREAMS_PER_TOKEN = 256;
/** Larger than the protocol's limit, so that a message that is too large gets an answer and does not break the socket. */
const MAX_PAYLOAD_BYTES = 1.5 * 1024 * 1024;
/** A refused client chooses part of a warning's text, so the text has a limit. */
const MAX_WARNINGS = 20;
const MAX_WARNING_LENGTH = 300;
/** The same for a session's id. */
const MAX_LOGGED_ID_LENGTH = 64;
const LIFE_CHECK_MS = 5_000;
/** How long a closing handshake may take. */
const CLOSE_TIMEOUT_MS = 2_000;

/** A constant, because the library's published types lack `closeTimeout`. */
const SERVER_OPTIONS = {noServer: true, perMessageDeflate: false, maxPayload: MAX_PAYLOAD_BYTES, clientTracking: true, autoPong: false, closeTimeout: CLOSE_TIMEOUT_MS};

export interface PreviewSocketOptions {
  readonly registry: Registry;
  readonly tokens: Tokens;
  readonly access: Access;
  readonly openings: Openings;
  readonly fps: number;
  readonly log: FastifyBaseLogger;
}

interface Refusal {
  readonly code: number;
  readonly reason: string;
}

/**
 * Accepts players at `/sessions/{id}/preview?token=…`. A browser can't read an HTTP error of an upgrade, so a refused player
 * is accepted first, and then closed with a code that says why.
 */
export class PreviewSocket {
  readonly #options: PreviewSocketOptions;
  readonly #server = new WebSocketServer(SERVER_OPTIONS);
  readonly #players = new Set<Player>();
  readonly #patches = new Patches();
  readonly #warnings = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #isClosing = false;

  constructor(options: PreviewSocketOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#check(), LIFE_CHECK_MS);
    this.#server.on('wsClientError', ({message}, stream) => writeError(stream, 400, 'invalid_request', `The request is no WebSocket handshake. ${message}.`));
  }

  /** Handles an upgrade request. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer, sessionId: string, token: string): void {
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', () => socket.terminate());
      void this.#admit(request, socket, sessionId, token);
    });
  }

  /** Tells every player to come back later, when the server may run again. */
  close(): void {
    this.#isClosing = true;
    clearInterval(this.#timer);
    for (const player of this.#players) player.close(CLOSE_CODE.goingAway, 'server_shutdown');
    this.#patches.close();
    setTimeout(() => {
      for (const socket of this.#server.clients) socket.terminate();
    }, CLOSE_TIMEOUT_MS / 2).unref();
  }

  async #admit(request: IncomingMessage, socket: WebSocket, sessionId: string, token: string): Promise<void> {
    const refusal = await this.#seat(request, socket, sessionId, token);
    if (!refusal) return;
    this.#options.log.info({sessionId: sessionId.slice(0, MAX_LOGGED_ID_LENGTH), ...refusal}, 'a player was refused');
    socket.close(refusal.code, refusal.reason);
  }

  async #seat(request: IncomingMessage, socket: WebSocket, sessionId: string, token: string): Promise<Refusal | undefined> {
    const {registry, tokens, access, openings, fps} = this.#options;
    if (!openings.take(request.socket.remoteAddress)) return {code: CLOSE_CODE.rateLimited, reason: 'rate_limited'};
    const refusal = access.refusalOf(request.headers);
    if (refusal !== undefined) {
      this.#warnOnce(refusal);
      return {code: CLOSE_CODE.forbidden, reason: 'forbidden'};
    }
    const verified = await tokens.verify(token, sessionId);
    if (verified.kind === 'rejected') return {code: CLOSE_CODE.tokenRejected, reason: verified.reason};
    const entry = registry.find(sessionId);
    if (!entry) return {code: CLOSE_CODE.sessionNotFound, reason: 'session_not_found'};
    if (!entry.isOpen) return {code: CLOSE_CODE.sessionEnded, reason: 'session_ended'};
    const {browser} = entry;
    if (!browser) return {code: CLOSE_CODE.sessionNotReady, reason: 'session_not_ready'};
    if (this.#isClosing) return {code: CLOSE_CODE.goingAway, reason: 'server_shutdown'};
    const {claims} = verified;
    const streams = [...this.#players].filter((player) => player.claims.tokenId === claims.tokenId).length;
    if (streams >= MAX_STREAMS_PER_TOKEN) return {code: CLOSE_CODE.rateLimited, reason: 'rate_limited'};
    if (socket.readyState !== socket.OPEN) return undefined;
    const player = new Player({
      socket, stream: request.socket, browser, entry, claims, patches: this.#patches, fps,
      downloadUrl: downloadUrl(access.webSocketBase(request), sessionId),
    });
    this.#players.add(player);
    socket.on('close', () => this.#players.delete(player));
    return undefined;
  }

  /** Logs each wrong setting once, because players try again and again. */
  #warnOnce(problem: string): void {
    if (this.#warnings.has(problem) || this.#warnings.size >= MAX_WARNINGS) return;
    this.#warnings.add(problem);
    this.#options.log.warn(problem.slice(0, MAX_WARNING_LENGTH));
  }

  #check(): void {
    for (const player of this.#players) player.checkLife();
  }
}
