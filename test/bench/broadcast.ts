/**
 * The floor for many viewers: the frames of a screencast, as they come, to every socket of `ws`, and taken only while
 * there is one. Nothing else: no protocol, no pace, no check. Run, built, as `broadcast.js CDP_URL TARGET_ID INTERVAL_MS`;
 * prints its port.
 */
import type {AddressInfo} from 'node:net';
import {WebSocket, WebSocketServer} from 'ws';

const [url = '', targetId = '', intervalMs = ''] = process.argv.slice(2);
const server = new WebSocketServer({port: 0, host: '127.0.0.1', perMessageDeflate: false});
const browser = new WebSocket(url, {perMessageDeflate: false});
await new Promise((resolve) => browser.once('open', resolve));
let lastId = 0;

server.on('connection', (socket) => {
  if (server.clients.size === 1) send('Target.attachToTarget', {targetId, flatten: true});
  socket.once('close', () => {
    if (server.clients.size === 0) send('Target.detachFromTarget', {sessionId: cast});
  });
});

let cast = '';
browser.on('message', (bytes: Buffer) => {
  const {method, params, sessionId, result} = JSON.parse(bytes.toString());
  if (result?.sessionId !== undefined) {
    cast = result.sessionId;
    send('Page.startScreencast', {format: 'jpeg', quality: 70, maxFramesInFlight: 1, sendLastFrame: true}, cast);
  } else if (method === 'Page.screencastFrame') {
    const jpeg = Buffer.from(params.data, 'base64');
    for (const client of server.clients) client.send(jpeg);
    setTimeout(() => send('Page.screencastFrameAck', {sessionId: params.sessionId}, sessionId), Number(intervalMs));
  }
});
process.stdout.write(`${(server.address() as AddressInfo).port}\n`);

function send(method: string, params: object, sessionId?: string): void {
  browser.send(JSON.stringify({id: ++lastId, method, params, sessionId}));
}
