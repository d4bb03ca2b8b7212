import {offer} from './player.js';

/** As several viewers of CDP screencasts do it: base64 in JSON, a data URL in an `<img>`. */
const image = document.createElement('img');
image.style.width = '1280px';
document.body.append(image);
let painted = 0;
let socket: WebSocket | undefined;

/** `load` fires before the picture is decoded, which Chromium leaves for later: a frame counts when it can be seen. */
async function show(base64: string): Promise<void> {
  image.src = `data:image/jpeg;base64,${base64}`;
  await image.decode().catch(() => {});
  painted++;
  socket?.send('{"type":"ack"}');
}

offer({
  start(address) {
    socket = new WebSocket(address);
    socket.addEventListener('message', ({data}) => {
      const frame: {data: string} = JSON.parse(String(data));
      void show(frame.data);
    });
  },
  get painted() {
    return painted;
  },
  get picture() {
    return image.naturalWidth > 0 ? image : undefined;
  },
  stop() {
    socket?.close();
  },
});
