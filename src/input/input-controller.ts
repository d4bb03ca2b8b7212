import type {ReactiveController, ReactiveControllerHost} from 'lit';
import type {FocusMessage, PlayerMessage, ServerMessage, Size} from '../protocol.js';
import {listenToDrops} from './dropped-files.js';
import {isInside, scaleOf, toSession} from './geometry.js';
import type {Box, LiveViewFit} from './geometry.js';
import type {KeyboardOptions} from './keyboard.js';
import {Keyboard} from './keyboard.js';
import {modifierBit} from './keys.js';
import {createInputSender} from './input-sender.js';
import type {InputSender} from './input-sender.js';
import {readPicture} from './picture.js';
import {Pinch} from './pinch.js';
import {Pointer} from './pointer.js';
import {Touch} from './touch.js';
import {listenToWheel} from './wheel.js';
import {Zoom} from './zoom.js';

export interface InputOptions extends Pick<KeyboardOptions, 'hasClipboard' | 'canSendBytes' | 'sendPaste'> {
  readonly canvas: () => HTMLCanvasElement | undefined;
  /** Whether the session accepts input now. */
  readonly isAccepted: () => boolean;
  readonly viewport: () => Size | null;
  /** The picture's own size in pixels. */
  readonly pictureSize: () => Size | null;
  readonly fit: () => LiveViewFit;
  /** Whether the session's device has a touch screen. */
  readonly isTouchSession: () => boolean;
  /** The person dropped files on the view. The page around stays as it is. */
  readonly onFilesDropped: (files: readonly File[], event: DragEvent) => void;
  /** Whether nothing may ever be sent: the view is read-only or paused, or the token is watch-only. */
  readonly isWatchOnly: () => boolean;
  /** Sends a message. Returns false if it could not be sent. */
  readonly send: (message: PlayerMessage) => boolean;
  /** Whether the network is slower than the messages. */
  readonly isBehind: () => boolean;
  /** The person gives the keyboard back to the page. */
  readonly leave: () => void;
  /** The zoom has changed. */
  readonly zoomed: (zoom: number) => void;
  /** A finger has tapped a picture that is too small for it. */
  readonly tappedSmall: () => void;
  /** The person clicked, tapped or typed in a view that takes no input. */
  readonly refused: () => void;
}

/** If one pixel of the page shows more of the session's pixels than this, the picture is too small for a finger. */
const SMALL_SCALE = 2;

/** Sends everything that the person does at the canvas to the session, and releases everything that is pressed. */
export class InputController implements ReactiveController {
  readonly keyboard: Keyboard;
  readonly zoom: Zoom;
  readonly #host: ReactiveControllerHost & HTMLElement;
  readonly #options: InputOptions;
  readonly #sender: InputSender;
  readonly #pointer: Pointer;
  readonly #touch: Touch;
  /** Listeners while the host is connected, and listeners only while the view is interactive. */
  #listeners: AbortController | undefined;
  #interactive: AbortController | undefined;
  /** The canvas that has the listeners. */
  #canvas: HTMLCanvasElement | undefined;
  #cursor = '';
  /** The position of the session's focused field, if the server reports it. */
  #field: Box | undefined;
  #hasTappedSmall = false;

  constructor(host: ReactiveControllerHost & HTMLElement, options: InputOptions) {
    this.#host = host;
    this.#options = options;
    this.#sender = createInputSender({
      ...options, post: (message) => this.#post(message), modifiers: (flags) => this.keyboard.modifiers(flags), focus: () => this.keyboard.focus(),
      picture() {
        const canvas = options.canvas();
        const viewport = options.viewport();
        const size = options.pictureSize();
        return canvas && viewport && size ? readPicture(canvas, size, viewport, options.fit()) : undefined;
      },
    });
    this.#pointer = new Pointer(this.#sender);
    this.zoom = new Zoom({...options, changed: options.zoomed});
    this.#touch = new Touch(this.#sender, {...options, pinch: new Pinch(this.zoom, this.#sender.picture)});
    this.keyboard = new Keyboard({...options, ...this.#sender, dispatch: (event) => host.dispatchEvent(event)});
    host.addController(this);
  }

  /** Whether a button, finger or key is down in the session. */
  get isPressing(): boolean {
    return this.#pointer.buttons !== 0 || this.#touch.isPressing || this.keyboard.isPressing;
  }

  hostConnected(): void {
    this.#listen();
  }

  hostDisconnected(): void {
    this.release();
    this.#stop();
  }

  /** After each render: the canvas may be a new one, and input may have become accepted or refused. */
  hostUpdated(): void {
    if (!this.#options.isAccepted()) this.release();
    this.#listen();
    this.#setInteractive();
    this.zoom.apply();
    this.keyboard.update();
  }

  /** A tap beside the canvas, where swipes belong to the page. */
  tap(event: MouseEvent): void {
    this.#touch.tap(event);
  }

  /** Zooms in to the place where the person works, at least to the session's own size, or zooms out again. */
  toggleZoom(): void {
    const picture = this.#sender.picture();
    const {zoom} = this.zoom;
    const field = this.#field && {x: this.#field.x + this.#field.width / 2, y: this.#field.y + this.#field.height / 2};
    this.zoom.zoomTo(zoom > 1 ? 1 : Math.max(2, picture ? scaleOf(picture) : 2), field ?? this.#pointer.at);
  }

  /** Releases every button, finger and key, in the session too. */
  release(): void {
    this.keyboard.settle();
    if (this.#options.isAccepted()) this.#sender.flush();
    const {isPressing} = this;
    this.#pointer.release();
    this.#touch.release();
    this.keyboard.release();
    if (isPressing) this.#sender.post({type: 'release'});
  }

  /** Handles a message about the session's focus, cursor or clipboard. */
  receive(message: Extract<ServerMessage, {type: 'focus' | 'cursor' | 'clipboard'}>): void {
    if (message.type === 'focus') this.#setField(message);
    if (message.type !== 'cursor') return this.keyboard.receive(message);
    // A keyword, never the address of a picture to load.
    this.#cursor = /^[a-z-]+$/.test(message.cursor) ? message.cursor : '';
    this.#setInteractive();
  }

  #post(message: PlayerMessage): boolean {
    if ('event' in message && message.event !== 'move' && message.event !== 'leave') this.keyboard.noteInput();
    if (this.#field && isTyped(message)) this.zoom.show(this.#field);
    return this.#options.send(message);
  }

  #listen(): void {
    const canvas = this.#options.canvas();
    if (canvas !== this.#canvas) this.#stop();
    if (!canvas || this.#listeners || !this.#host.isConnected) return;
    this.#canvas = canvas;
    const {signal} = this.#listeners = new AbortController();
    const letGo = () => this.release();
    const page = canvas.ownerDocument;
    page.addEventListener('visibilitychange', letGo, {signal});
    // The stream notices that the page goes away, and releases everything as it closes.
    page.defaultView?.addEventListener('blur', letGo, {signal});
    canvas.addEventListener('pointerdown', ({pointerType}) => pointerType !== 'touch' && this.#refuse(), {signal});
    // A finger may be about to scroll the page, which cancels it. So only a tap reaches this.
    canvas.addEventListener('pointerup', ({pointerType}) => pointerType === 'touch' && (this.#refuse(), this.#noteTap()), {signal});
    canvas.addEventListener('pointermove', (event) => event.pointerType === 'mouse' && event.buttons === 0 && this.#push(event), {signal});
    // An on-screen keyboard has appeared or disappeared, or the page was zoomed.
    page.defaultView?.visualViewport?.addEventListener('resize', () => {
      this.zoom.show(this.#field);
      this.#setInteractive();
    }, {signal});
    listenToDrops(this.#host, signal, this.#options.onFilesDropped);
    this.#pointer.listen(canvas, signal);
    this.keyboard.listen(canvas, signal, letGo);
    this.#setInteractive();
  }

  #stop(): void {
    this.#listeners?.abort();
    this.#listeners = undefined;
    this.#setInteractive();
  }

  #refuse(): void {
    if (!this.#options.isAccepted()) this.#options.refused();
  }

  /** A mouse at the edge of a zoomed picture moves the picture. Moves that wait are sent first, with the old position of the picture. */
  #push({clientX, clientY}: PointerEvent): void {
    if (this.zoom.zoom === 1) return;
    this.#sender.flush();
    const picture = this.#sender.picture();
    const place = picture && toSession(picture, clientX, clientY);
    if (place) this.zoom.push(place);
  }

  /** Takes the focused field's box. A box outside of the viewport is ignored, because nobody can see the field. */
  #setField({editable, x, y, width, height}: FocusMessage): void {
    const viewport = this.#options.viewport();
    const isTold = editable && x !== undefined && y !== undefined && width !== undefined && height !== undefined;
    const isNew = !this.#field;
    this.#field = isTold && viewport && isInside({x: x + width / 2, y: y + height / 2}, viewport) ? {x, y, width, height} : undefined;
    // If the person has moved the picture since, they are looking at something else.
    if (this.#field && (isNew || !this.zoom.isMovedByHand)) this.zoom.show(this.#field);
  }

  #noteTap(): void {
    if (this.#hasTappedSmall || this.#options.isTouchSession() || !this.#options.isAccepted()) return;
    const picture = this.#sender.picture();
    if (!picture || scaleOf(picture) <= SMALL_SCALE) return;
    this.#hasTappedSmall = true;
    this.#options.tappedSmall();
  }

  /** The listeners that stop the page's own scrolling and zooming exist only while the session scrolls and zooms instead. */
  #setInteractive(): void {
    const canvas = this.#options.canvas();
    if (!canvas) return;
    const isInteractive = this.#listeners !== undefined && this.#options.isAccepted();
    // While the page itself is zoomed, two fingers belong to the page, because there would be no other way to zoom out.
    const isPageZoomed = (canvas.ownerDocument.defaultView?.visualViewport?.scale ?? 1) > 1;
    canvas.style.touchAction = !isInteractive ? '' : isPageZoomed ? 'pinch-zoom' : 'none';
    // An invalid cursor leaves the style as it is.
    canvas.style.cursor = '';
    if (isInteractive) canvas.style.cursor = this.#cursor;
    if (isInteractive === (this.#interactive !== undefined)) return;
    this.#interactive?.abort();
    this.#interactive = isInteractive ? new AbortController() : undefined;
    if (!this.#interactive) return;
    const {signal} = this.#interactive;
    listenToWheel(canvas, signal, this.#sender, () => this.#pointer.buttons);
    this.#touch.listen(canvas, signal);
  }
}

function isTyped(message: PlayerMessage): boolean {
  return message.type === 'text' || message.type === 'compose' || (message.type === 'key' && modifierBit(message) === 0);
}
