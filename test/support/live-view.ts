import type {ChaserLiveView, LiveViewEventMap, LiveViewState} from '../../src/index.js';

export interface Place {
  readonly widthPx?: number;
  readonly controls?: boolean;
  readonly lang?: string;
  readonly parent?: ParentNode;
}

/** An element in the page, with nothing to show yet. */
export function placeView({widthPx = 320, controls = false, lang = '', parent = document.body}: Place = {}): ChaserLiveView {
  const view = document.createElement('chaser-live-view');
  view.style.width = `${widthPx}px`;
  view.controls = controls;
  if (lang) view.lang = lang;
  parent.append(view);
  return view;
}

/** The next event of a type. */
export function nextEvent<Type extends keyof LiveViewEventMap>(view: ChaserLiveView, type: Type): Promise<LiveViewEventMap[Type]> {
  return new Promise((resolve) => view.addEventListener(type, resolve, {once: true}));
}

/** Resolves when the element is in a state, at once when it is already. */
export async function toState(view: ChaserLiveView, state: LiveViewState): Promise<void> {
  while (view.state !== state) await nextEvent(view, 'statechange');
}

/** The pixels of the picture on the canvas. */
export function pixelAt(view: ChaserLiveView, x: number, y: number): readonly [red: number, green: number, blue: number] {
  const context = view.shadowRoot?.querySelector('canvas')?.getContext('2d');
  if (!context) throw new Error('There is no canvas.');
  const [red = 0, green = 0, blue = 0] = context.getImageData(x, y, 1, 1).data;
  return [red, green, blue];
}

/** Whether a pixel of the picture has a colour (`#rrggbb`), as far as JPEG keeps it. */
export function colourAt(view: ChaserLiveView, x: number, y: number, colour: string): boolean {
  const wanted = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return pixelAt(view, x, y).every((value, channel) => Math.abs(value - (wanted[channel] ?? 0)) <= 12);
}
