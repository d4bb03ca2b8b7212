import {offer} from './player.js';

/** As several viewers of CDP screencasts do it: base64 in JSON, a data URL in an `<img>`. */
const image = document.createElement('img');
image.style.width = '1280px';
document.body.append(image);
let painted = 0;
let socket: WebSocket | undefined;

let shown = Promise.resolve();

/** `load` fires before the picture is decoded, which Chromium leaves for later: a frame counts when it can be seen. */
async function show(text: string): Promise<void> {
  const frame: {data: string} = JSON.parse(text);
  image.src = `data:image/jpeg;base64,${frame.data}`;
  await image.decode();
  painted++;
  socket?.send('{"type":"ack"}');
}

offer({
  start(address) {
    socket = new WebSocket(address);
    socket.addEventListener('message', ({data}) => {
      // One after the other: a new address takes away the picture that is being decoded, which would never be seen.
      shown = shown.then(() => show(String(data)));
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
