import type {ChaserLiveView, LiveViewEventMap, LiveViewState} from '../../src/index.js';
import {checkThread} from './thread.js';

export interface Place {
  /** `page` for a test of code that must run on the page. */
  readonly thread?: 'page';
  readonly widthPx?: number;
  readonly controls?: boolean;
  readonly lang?: string;
  readonly parent?: ParentNode;
}

/** Adds an element to the page, with nothing to connect to yet. */
export function placeView({thread, widthPx = 320, controls = false, lang = '', parent = document.body}: Place = {}): ChaserLiveView {
  const view = document.createElement('chaser-live-view');
  view.style.width = `${widthPx}px`;
  view.controls = controls;
  if (thread) view.thread = thread;
  if (lang) view.lang = lang;
  parent.append(view);
  return view;
}

/** The next event of a type. */
export function nextEvent<Type extends keyof LiveViewEventMap>(view: ChaserLiveView, type: Type): Promise<LiveViewEventMap[Type]> {
  return new Promise((resolve) => view.addEventListener(type, resolve, {once: true}));
}

/** Resolves when the element is in a state, or at once if it is already. */
export async function toState(view: ChaserLiveView, state: LiveViewState): Promise<void> {
  while (view.state !== state) await nextEvent(view, 'statechange');
  if (state === 'live') checkThread(view);
}

/** A pixel of the picture. With a worker, it is read from a snapshot, because the canvas shows a frame a moment after the worker has painted it. */
export async function pixelAt(view: ChaserLiveView, x: number, y: number): Promise<readonly [red: number, green: number, blue: number]> {
  const canvas = view.shadowRoot?.querySelector('canvas');
  const picture = view.getStats().thread === 'page' && canvas ? canvas : await createImageBitmap(await view.snapshot());
  const context = new OffscreenCanvas(1, 1).getContext('2d');
  if (!context) throw new Error('This browser gives no 2D context.');
  context.drawImage(picture, -x, -y);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** Whether a pixel of the picture has a colour (`#rrggbb`), within the precision of JPEG. */
export async function colourAt(view: ChaserLiveView, x: number, y: number, colour: string): Promise<boolean> {
  const wanted = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  const pixel = await pixelAt(view, x, y);
  return pixel.every((value, channel) => Math.abs(value - (wanted[channel] ?? 0)) <= 12);
}
