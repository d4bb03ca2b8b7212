import {once} from 'node:events';
import type {AddressInfo} from 'node:net';
import {expect, test} from 'playwright/test';
import {WebSocket, WebSocketServer} from 'ws';
import {sharedFrame} from '../../demo/server/shared-frame.js';

/** Sizes around those at which a WebSocket frame's header gets longer. */
const SIZES = [1, 125, 126, 0xffff, 0x1_0000, 5_000_000];

test('pictures of every size arrive whole, in order with what ws itself sends, and are framed once', async () => {
  const server = new WebSocketServer({host: '127.0.0.1', port: 0, perMessageDeflate: false});
  await once(server, 'listening');
  const pictures = SIZES.map((size) => Buffer.alloc(size, size));
  server.on('connection', (socket, {socket: stream}) => {
    for (const picture of pictures) {
      socket.send(String(picture.length));
      stream.write(sharedFrame(picture));
    }
    socket.close(1000);
  });
  try {
    const came: (string | Buffer)[] = [];
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    client.on('message', (data: Buffer, isBinary) => came.push(isBinary ? data : data.toString()));
    const [code]: unknown[] = await once(client, 'close');
    expect(code).toBe(1000);
    expect(came.map((message) => typeof message === 'string' ? message : message.length)).toEqual(SIZES.flatMap((size) => [String(size), size]));
    expect(came.filter((message) => typeof message !== 'string').every((message, index) => message.equals(pictures[index] ?? Buffer.of()))).toBe(true);
    const [picture = Buffer.of()] = pictures;
    expect(sharedFrame(picture)).toBe(sharedFrame(picture));
  } finally {
    server.close();
  }
});
