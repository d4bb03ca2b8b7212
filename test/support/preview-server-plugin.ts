import type {TestRunnerPlugin} from '@web/test-runner-core';
import {WebSocket, WebSocketServer} from 'ws';

/**
 * A preview server with nothing of its own: what a test page tells it over `/control/ID`, it does on the sockets that
 * come in at `/preview/ID`, and it tells the page all that arrives there. `preview-server.ts` is the page's end.
 *
 * Page to server: text `{connection, text}`, `{connection, close: [code, reason]}`, `{connection, terminate: true}`; or
 * binary, the first four bytes the connection's number, the rest a binary message for it.
 * Server to page: `{connection, event: 'open' | 'message' | 'close', ...}`.
 */
export function previewServerPlugin(): TestRunnerPlugin {
  const server = new WebSocketServer({port: 0, host: '127.0.0.1', perMessageDeflate: false});
  const rooms = new Map<string, Room>();
  server.on('connection', (socket, request) => {
    const [, kind, id = ''] = new URL(request.url ?? '/', 'ws://localhost').pathname.split('/');
    const room = rooms.get(id) ?? new Room();
    rooms.set(id, room);
    if (kind === 'control') room.control(socket, () => rooms.delete(id));
    else room.preview(socket, request.url ?? '');
  });
  return {
    name: 'preview-server',
    executeCommand({command}) {
      if (command !== 'preview-server-address') return undefined;
      const address = server.address();
      if (typeof address !== 'object' || address === null) throw new Error('The preview server is not listening.');
      return `ws://127.0.0.1:${address.port}`;
    },
    serverStop() {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  };
}

class Room {
  #control: WebSocket | undefined;
  readonly #connections: WebSocket[] = [];

  control(socket: WebSocket, done: () => void): void {
    this.#control = socket;
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.#connections[data.readUInt32LE(0)]?.send(data.subarray(4));
      else this.#obey(JSON.parse(data.toString()));
    });
    socket.on('close', () => {
      for (const connection of this.#connections) connection.terminate();
      done();
    });
  }

  preview(socket: WebSocket, url: string): void {
    const connection = this.#connections.push(socket) - 1;
    const tell = (event: object) => this.#control?.send(JSON.stringify({connection, ...event}));
    tell({event: 'open', url});
    socket.on('message', (data: Buffer, isBinary) => tell({event: 'message', isBinary, text: isBinary ? '' : data.toString()}));
    socket.on('close', (code) => tell({event: 'close', code}));
    socket.on('error', () => {});
  }

  #obey(order: {connection: number; text?: string; close?: [number, string]; terminate?: true}): void {
    const socket = this.#connections[order.connection];
    if (order.text !== undefined) socket?.send(order.text);
    if (order.close) socket?.close(...order.close);
    if (order.terminate) socket?.terminate();
  }
}
