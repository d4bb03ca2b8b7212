/**
 * Is added to the worker's script, and meters the sockets in it as `input-meter.ts` does those of a page: a press that is
 * on the socket is told at once, what has crossed both ways when it is asked for.
 */
export const WORKER_METER = `
{
  const input = new BroadcastChannel('input-meter');
  const traffic = new BroadcastChannel('traffic-meter');
  let messages = 0;
  let bytes = 0;
  const count = (data) => {
    messages++;
    bytes += data.byteLength ?? data.length;
  };
  const {send} = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    send.call(this, data);
    count(data);
    if (String(data).includes('"mouse"')) input.postMessage({atEpochMs: performance.timeOrigin + performance.now(), isDown: data.includes('down')});
  };
  globalThis.WebSocket = class extends WebSocket {
    constructor(url) {
      super(url);
      this.addEventListener('message', ({data}) => count(data));
    }
  };
  traffic.onmessage = ({data}) => data === 'ask' && traffic.postMessage({messages, bytes});
}`;

/** What has crossed the worker's sockets, both ways; asked from within the page. */
export function askForTraffic(): Promise<{messages: number; bytes: number}> {
  const channel = new BroadcastChannel('traffic-meter');
  return new Promise((resolve) => {
    channel.addEventListener('message', ({data}) => {
      channel.close();
      resolve(data);
    });
    channel.postMessage('ask');
  });
}
