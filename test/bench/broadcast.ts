/**
 * The floor for many viewers: the frames of a screencast, as they come, to every socket of `ws`, and taken only while
 * there is one. Nothing else: no protocol, no pace, no check. Run as `broadcast.ts CDP_URL TARGET_ID INTERVAL_MS`; prints
 * its port.
 */
import type {AddressInfo} from 'node:net';
import {WebSocketServer} from 'ws';
import {CdpConnection} from '../../demo/session/cdp.js';

const [url = '', targetId = '', intervalMs = ''] = process.argv.slice(2);
const server = new WebSocketServer({port: 0, host: '127.0.0.1', perMessageDeflate: false});
const connection = await CdpConnection.open(url);
let cast = Promise.resolve('');

server.on('connection', (socket) => {
  if (server.clients.size === 1) cast = start();
  socket.once('close', () => {
    if (server.clients.size === 0) void cast.then((sessionId) => connection.browser.post('Target.detachFromTarget', {sessionId}));
  });
});
process.stdout.write(`${(server.address() as AddressInfo).port}\n`);

async function start(): Promise<string> {
  const {sessionId} = await connection.browser.send('Target.attachToTarget', {targetId, flatten: true});
  const session = connection.session(sessionId);
  session.on('Page.screencastFrame', ({data, sessionId: cast}) => {
    const jpeg = Buffer.from(data, 'base64');
    for (const client of server.clients) client.send(jpeg);
    setTimeout(() => session.post('Page.screencastFrameAck', {sessionId: cast}), Number(intervalMs));
  });
  await session.send('Page.startScreencast', {format: 'jpeg', quality: 70, maxFramesInFlight: 1, sendLastFrame: true});
  return sessionId;
}
