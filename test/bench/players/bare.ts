import {offer} from './player.js';

/**
 * The floor: the frames are in memory already, and a loop decodes and draws them one after the other. No socket, no
 * element.
 */
const canvas = document.createElement('canvas');
canvas.style.width = '1280px';
document.body.append(canvas);
const context = canvas.getContext('2d', {alpha: false});
let painted = 0;
const stopped = new AbortController();

async function run(address: string): Promise<void> {
  const jpegs = await fetchAll(address);
  for (let at = 0; !stopped.signal.aborted; at = (at + 1) % jpegs.length) {
    const bytes = jpegs[at];
    if (!bytes) return;
    const bitmap = await createImageBitmap(new Blob([bytes], {type: 'image/jpeg'}));
    if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
    if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
    context?.drawImage(bitmap, 0, 0);
    bitmap.close();
    painted++;
  }
}

async function fetchAll(address: string): Promise<ArrayBuffer[]> {
  const body = await (await fetch(address)).arrayBuffer();
  const view = new DataView(body);
  const jpegs: ArrayBuffer[] = [];
  for (let at = 0; at < body.byteLength;) {
    const length = view.getUint32(at);
    jpegs.push(body.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return jpegs;
}

offer({
  start(address) {
    void run(address);
  },
  get painted() {
    return painted;
  },
  get picture() {
    return canvas;
  },
  stop() {
    stopped.abort();
  },
});
