import type {ChaserLiveView} from '../../src/index.js';
import type {Navigation, Size} from '../../src/protocol.js';
import {quartersJpeg} from './frames.js';
import {type Place, nextEvent, placeView} from './live-view.js';
import type {Connection, PreviewServer} from './preview-server.js';

export interface LiveViewSetup extends Place {
  readonly viewport?: Size;
  readonly frame?: ArrayBuffer;
  /** The `features` in the server's `hello`. */
  readonly features?: readonly string[];
  readonly navigation?: Navigation;
  /** Whether the session's device has a touch screen. */
  readonly touch?: boolean;
}

/** An element that is live and takes input. By default, it and the session's viewport have 320 × 180 pixels. */
export async function liveView(
  server: PreviewServer, {viewport, frame, features, navigation, touch, ...place}: LiveViewSetup = {},
): Promise<{view: ChaserLiveView; connection: Connection}> {
  const view = placeView(place);
  const index = server.connections.length;
  view.src = server.url;
  const connection = await server.connection(index);
  await goLive(view, connection, {...(viewport && {viewport}), ...(frame && {frame}), ...(features && {features}), ...(navigation && {navigation}), ...(touch && {touch})});
  return {view, connection};
}

/** Sends `hello` and a picture on a connection of the element. */
export async function goLive(
  view: ChaserLiveView, connection: Connection, {viewport = {width: 320, height: 180}, frame, features, navigation, touch}: Omit<LiveViewSetup, keyof Place> = {},
): Promise<void> {
  connection.hello({viewport, ...(features && {features}), ...(navigation && {navigation}), ...(touch && {touch})});
  const isPainted = nextEvent(view, 'frame');
  connection.sendFrame(frame ?? await quartersJpeg(viewport.width, viewport.height));
  await isPainted;
  await view.updateComplete;
}

/** The element's canvas. */
export function canvasOf(view: ChaserLiveView): HTMLCanvasElement {
  const canvas = view.shadowRoot?.querySelector('canvas');
  if (!canvas) throw new Error('There is no canvas.');
  return canvas;
}

/** Resolves in the next animation frame, after the callbacks that were requested before. */
export function nextFrame(): Promise<number> {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}

/** The hidden field that has the focus in place of the canvas. */
export function sinkOf(view: ChaserLiveView): HTMLTextAreaElement {
  const area = view.shadowRoot?.querySelector('textarea');
  if (!area) throw new Error('There is no field.');
  return area;
}
