import {offer} from './player.js';

/** The floor for whatever takes frames from a WebSocket: the bare loop behind one, with an ack a frame. No element. */
const canvas = document.createElement('canvas');
canvas.style.width = '1280px';
document.body.append(canvas);
const context = canvas.getContext('2d', {alpha: false});
let painted = 0;
let socket: WebSocket | undefined;
let waiting: ArrayBuffer | undefined;
let isDecoding = false;

async function show(): Promise<void> {
  if (!waiting || isDecoding) return;
  const bytes = waiting;
  waiting = undefined;
  isDecoding = true;
  const bitmap = await createImageBitmap(new Blob([bytes], {type: 'image/jpeg'}));
  isDecoding = false;
  void show();
  if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
  if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
  context?.drawImage(bitmap, 0, 0);
  bitmap.close();
  socket?.send(`{"type":"ack","frames":${++painted}}`);
}

offer({
  start(address) {
    socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({data}: MessageEvent<unknown>) => {
      if (!(data instanceof ArrayBuffer)) return;
      waiting = data;
      void show();
    });
  },
  get painted() {
    return painted;
  },
  get picture() {
    return canvas;
  },
  stop() {
    socket?.close();
  },
});
