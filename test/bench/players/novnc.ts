import RFB from '@novnc/novnc';
import {offer} from './player.js';

/** noVNC, as it comes; the feeder speaks RFB and sends each frame as one rectangle of a Tight JPEG. */
const screen = document.createElement('div');
screen.style.width = '1280px';
screen.style.height = '720px';
document.body.append(screen);
let rfb: RFB | undefined;
let painted = 0;

// It tells nobody when a frame is painted; it draws each with one call onto the canvas that is seen.
CanvasRenderingContext2D.prototype.drawImage = new Proxy(CanvasRenderingContext2D.prototype.drawImage, {
  apply(draw, context: CanvasRenderingContext2D, args) {
    if (context.canvas.isConnected) painted++;
    Reflect.apply(draw, context, args);
  },
});

offer({
  start(address) {
    rfb = new RFB(screen, address);
    rfb.scaleViewport = true;
    rfb.viewOnly = true;
  },
  get painted() {
    return painted;
  },
  get picture() {
    return screen.querySelector('canvas') ?? undefined;
  },
  stop() {
    rfb?.disconnect();
  },
});
