import {html, nothing} from 'lit';
import type {TemplateResult} from 'lit';
import type {SnapshotOptions} from '../stream/snapshot.js';
import type {LiveViewStats} from '../stream/stats.js';
import {button} from './button.js';
import {overlayKind} from './overlay.js';
import type {OverlayHost} from './overlay.js';
import type {Words} from './texts.js';

/** The element, as the control bar sees it. */
export interface ControlsHost extends OverlayHost, HTMLElement {
  readonly renderRoot: HTMLElement | DocumentFragment;
  readOnly: boolean;
  readonly driver: 'you' | 'other' | 'none' | null;
  readonly viewers: number | null;
  takeControl(): void;
  releaseControl(): void;
  getStats(): LiveViewStats;
  snapshot(options?: SnapshotOptions): Promise<Blob>;
}

export interface ControlsOptions {
  readonly showKeyboard: () => void;
  /** Zooms the picture in, or out again. */
  readonly toggleZoom: () => void;
  /** Paints the picture once more. */
  readonly repaint: () => void;
  /** Called when the picture enters or leaves a window of its own. */
  readonly floats: (isFloating: boolean) => void;
}

interface BarOptions extends ControlsOptions {
  /** Tells the person that something is not possible: before the first picture, or in a frame without permission. */
  readonly refused: () => void;
}

/** The Keyboard Lock API: in full screen, the page also gets keys that the browser keeps, such as Escape. */
interface NavigatorWithKeyboard {
  readonly keyboard?: {lock?(): Promise<void>};
}

/** The control bar: the state, and buttons for what can be done with the view. */
export function controls(host: ControlsHost, words: Words, isInputAllowed: boolean, {showKeyboard, toggleZoom, refused, ...picture}: BarOptions): TemplateResult {
  const attempt = (act: Promise<void>) => void act.catch(refused);
  const {fullscreenEnabled, pictureInPictureEnabled} = host.ownerDocument;
  return html`
    <div part="controls">
      <span><bdi>${words.say(overlayKind(host) ?? 'live')}<span class="latency" .textContent=${latency(host)}></span>${driving(host, words)}</bdi></span>
      ${isInputAllowed ? controlButton(host, words) : nothing}
      ${isInputAllowed && !host.readOnly ? button(words, 'keyboard', showKeyboard) : nothing}
      ${button(words, 'zoom', toggleZoom)}
      ${button(words, 'screenshot', () => attempt(download(host)))}
      ${fullscreenEnabled ? button(words, 'fullScreen', () => attempt(toggleFullScreen(host))) : nothing}
      ${pictureInPictureEnabled ? button(words, 'pictureInPicture', () => attempt(togglePictureInPicture(host, picture))) : nothing}
      <slot name="controls"></slot>
    </div>
  `;
}

/** Who is in control of an exclusive session, and how many watch. */
function driving({driver, viewers}: ControlsHost, words: Words): string {
  return driver ? ` · ${words.say(DRIVERS[driver])} · ${words.say('watching', String(viewers))}` : '';
}

const DRIVERS = {you: 'youDrive', other: 'otherDrives', none: 'nobodyDrives'} as const;

/** Takes or gives back control of an exclusive session, or else toggles the element's own `readonly`. */
function controlButton(host: ControlsHost, words: Words): TemplateResult {
  if (host.driver === 'you' && !host.readOnly) return button(words, 'giveBack', () => host.releaseControl());
  if (host.driver === null && !host.readOnly) return button(words, 'watchOnly', () => host.readOnly = true);
  return button(words, 'takeControl', () => {
    host.readOnly = false;
    host.takeControl();
  });
}

/** The last ping's round-trip time as text. Empty if the server does not answer pings. */
export function latency(host: ControlsHost): string {
  const {roundTripMs} = host.getStats();
  return roundTripMs === null ? '' : ` · ${Math.round(roundTripMs)} ms`;
}

async function download(host: ControlsHost): Promise<void> {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await host.snapshot());
  link.download = 'screenshot';
  link.click();
  URL.revokeObjectURL(link.href);
}

async function toggleFullScreen(host: ControlsHost): Promise<void> {
  if (host.matches(':fullscreen')) return host.ownerDocument.exitFullscreen();
  await host.requestFullscreen();
  // Not every frame may lock the keyboard. Full screen works without it.
  await (navigator as NavigatorWithKeyboard).keyboard?.lock?.().catch(() => {});
}

async function togglePictureInPicture(host: ControlsHost, {repaint, floats}: Pick<BarOptions, 'repaint' | 'floats'>): Promise<void> {
  const page = host.ownerDocument;
  if (page.pictureInPictureElement) return page.exitPictureInPicture();
  const video = page.createElement('video');
  const listeners = new AbortController();
  let canvas: HTMLCanvasElement | null = null;
  let stream: MediaStream | undefined;
  const stop = () => stream?.getTracks()[0]?.stop();
  // The picture may move to another canvas.
  const follow = () => {
    const shown = host.renderRoot.querySelector('canvas');
    if (shown === canvas) return;
    stop();
    canvas = shown;
    stream = canvas?.captureStream();
    video.srcObject = stream ?? null;
    // The captured stream does not have what was painted before.
    repaint();
  };
  follow();
  if (!stream) return;
  video.muted = true;
  host.addEventListener('frame', follow, {signal: listeners.signal});
  video.onleavepictureinpicture = () => {
    floats(false);
    listeners.abort();
    stop();
  };
  await video.play();
  await video.requestPictureInPicture();
  floats(true);
}
