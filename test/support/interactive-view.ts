import type {ChaserLiveView} from '../../src/index.js';
import {quartersJpeg} from './frames.js';
import {nextEvent} from './live-view.js';
import type {Connection, PreviewServer} from './preview-server.js';

/** An element in the page that is live and takes input; the session's viewport is 320 × 180 unless the test says otherwise. */
export async function liveView(server: PreviewServer, {width = 320, height = 180} = {}, parent: ParentNode = document.body): Promise<{view: ChaserLiveView; connection: Connection}> {
  const view = document.createElement('chaser-live-view');
  view.style.width = '320px';
  parent.append(view);
  const index = server.connections.length;
  view.src = server.url;
  const connection = await server.connection(index);
  connection.hello({viewport: {width, height}});
  connection.sendFrame(await quartersJpeg(width, height));
  await nextEvent(view, 'frame');
  await view.updateComplete;
  return {view, connection};
}

/** The canvas, on which everything is done. */
export function canvasOf(view: ChaserLiveView): HTMLCanvasElement {
  const canvas = view.shadowRoot?.querySelector('canvas');
  if (!canvas) throw new Error('There is no canvas.');
  return canvas;
}

/** The next animation frame, and everything that was asked for it before. */
export function nextFrame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
