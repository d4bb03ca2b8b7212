import {createServer, connect} from 'node:net';
import type {AddressInfo, Server, Socket} from 'node:net';
import type {TestRunnerPlugin} from '@web/test-runner-core';

/** The properties of a network link. */
export interface LinkQuality {
  /** One way, in milliseconds. */
  readonly delayMs?: number;
  /** Towards the player. */
  readonly bytesPerSecond?: number;
  /** Data is written in pieces of this many bytes. */
  readonly chunkBytes?: number;
  /** Nothing is forwarded for now, and nothing is lost. */
  readonly isHeld?: boolean;
}

export type ProxyCall =
  | {readonly call: 'open'; readonly port: number}
  | {readonly call: 'set'; readonly proxy: number; readonly quality: LinkQuality}
  | {readonly call: 'cut'; readonly proxy: number}
  | {readonly call: 'close'; readonly proxy: number};

/** A TCP proxy that simulates a bad link. `tcp-proxy.ts` is the page's side. */
export function tcpProxyPlugin(): TestRunnerPlugin {
  const proxies = new Map<number, TcpProxy>();
  return {
    name: 'tcp-proxy',
    async executeCommand({command, payload}) {
      if (command !== 'tcp-proxy') return undefined;
      const call = payload as unknown as ProxyCall;
      if (call.call === 'open') {
        const proxy = new TcpProxy(call.port);
        const port = await proxy.listen();
        proxies.set(port, proxy);
        return port;
      }
      const proxy = proxies.get(call.proxy);
      if (call.call === 'set') proxy?.set(call.quality);
      if (call.call === 'cut') proxy?.cut();
      if (call.call === 'close') proxy?.close();
      return true;
    },
    serverStop() {
      for (const proxy of proxies.values()) proxy.close();
    },
  };
}

/** A proxy between a player and a server at `port` of this machine. */
export class TcpProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #pipes = new Set<Pipe>();
  #quality: LinkQuality = {};

  constructor(port: number) {
    this.#server = createServer((player) => {
      const server = connect(port, '127.0.0.1');
      this.#pipe(player, server, false);
      this.#pipe(server, player, true);
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  set(quality: LinkQuality): void {
    this.#quality = quality;
    for (const pipe of this.#pipes) pipe.pump();
  }

  /** Breaks every connection, like a broken network. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #pipe(from: Socket, to: Socket, isDownward: boolean): void {
    const pipe = new Pipe(from, to, isDownward, () => this.#quality);
    this.#pipes.add(pipe);
    this.#sockets.add(from);
    from.setNoDelay();
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.#pipes.delete(pipe);
      this.#sockets.delete(from);
    });
  }
}

/** The most bytes on a link: the size of a home router's buffer. */
const BUFFER_BYTES = 64 * 1024;
/** The payload of one Ethernet packet. */
const PACKET_BYTES = 1400;

/** One direction of one connection. */
class Pipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #isDownward: boolean;
  readonly #quality: () => LinkQuality;
  readonly #queue: {bytes: Buffer; dueMs: number}[] = [];
  #queuedBytes = 0;
  #freeAtMs = 0;
  #hasEnded = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, isDownward: boolean, quality: () => LinkQuality) {
    this.#from = from;
    this.#to = to;
    this.#isDownward = isDownward;
    this.#quality = quality;
    from.on('data', (bytes: Buffer) => this.#take(bytes));
    from.on('end', () => {
      this.#hasEnded = true;
      this.pump();
    });
  }

  #take(bytes: Buffer): void {
    const {delayMs = 0, chunkBytes = PACKET_BYTES} = this.#quality();
    const dueMs = performance.now() + delayMs;
    for (let at = 0; at < bytes.length; at += chunkBytes) this.#queue.push({bytes: bytes.subarray(at, at + chunkBytes), dueMs});
    this.#queuedBytes += bytes.length;
    if (this.#queuedBytes > BUFFER_BYTES) this.#from.pause();
    this.pump();
  }

  pump(): void {
    clearTimeout(this.#timer);
    const {bytesPerSecond = Infinity, isHeld = false} = this.#quality();
    for (;;) {
      const [next] = this.#queue;
      if (!next || isHeld) break;
      const waitMs = Math.max(next.dueMs, this.#freeAtMs) - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.pump(), waitMs);
        return;
      }
      this.#queue.shift();
      this.#queuedBytes -= next.bytes.length;
      // Timers are late by a millisecond or two. The link can still carry what it could have carried meanwhile.
      if (this.#isDownward) this.#freeAtMs = Math.max(this.#freeAtMs, performance.now() - 20) + next.bytes.length / bytesPerSecond * 1000;
      this.#to.write(next.bytes);
    }
    if (this.#queuedBytes <= BUFFER_BYTES) this.#from.resume();
    if (this.#hasEnded && this.#queue.length === 0) this.#to.end();
  }
}
