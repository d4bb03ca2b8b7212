import type {Protocol} from 'devtools-protocol';
import type {Page} from '../page.js';
import {OUTSIDE_PX, type InputTarget, type Point} from './input-target.js';

/** While the mouse rests, a browser repeats `drag` and `dragover`, with which pages scroll. This is Chromium's interval under X11. */
const REPEAT_MS = 350;

/**
 * HTML drag and drop. A browser with CDP input recognizes a drag only sometimes. So while a viewer
 * holds the button, drags are intercepted, and the rest of the drag is made of CDP's drag events.
 */
export class Drag {
  readonly #target: InputTarget;
  /** The position of the mouse while a button is down. Otherwise undefined. */
  readonly #at: () => Point | undefined;
  #data: Protocol.Input.DragData | undefined;
  #unfollow: (() => void) | undefined;
  #repeat: NodeJS.Timeout | undefined;

  constructor(target: InputTarget, at: () => Point | undefined) {
    this.#target = target;
    this.#at = at;
  }

  /** Whether something is being dragged. */
  get isUnderway(): boolean {
    return this.#data !== undefined;
  }

  follow(page: Page | undefined): void {
    this.#unfollow?.();
    this.#data = undefined;
    this.#unfollow = page?.session.on('Input.dragIntercepted', ({data}) => this.#begin(data));
  }

  /** Only viewers' drags are intercepted. An automation in the same page keeps its own. */
  setArmed(enabled: boolean): void {
    this.#target.post('drag', this.#target.page?.session, 'Input.setInterceptDrags', {enabled});
  }

  move(point: Point, modifiers: number): void {
    this.#send('dragOver', point, modifiers);
  }

  drop(point: Point, modifiers: number): void {
    this.#send('drop', point, modifiers);
    this.#data = undefined;
  }

  cancel(point: Point): void {
    // The element under the mouse gets a `dragleave`.
    this.#send('dragOver', {x: OUTSIDE_PX, y: point.y}, 0);
    this.#send('dragCancel', point, 0);
    this.#data = undefined;
  }

  #begin(data: Protocol.Input.DragData): void {
    this.#data = data;
    const at = this.#at();
    if (at) for (const type of ['dragEnter', 'dragOver'] as const) this.#send(type, at, 0);
    else this.cancel({x: 0, y: 0});
  }

  #send(type: 'dragEnter' | 'dragOver' | 'drop' | 'dragCancel', point: Point, modifiers: number): void {
    clearTimeout(this.#repeat);
    this.#repeat = undefined;
    const {page} = this.#target;
    if (!this.#data || !page) return;
    this.#target.post('drag', page.session, 'Input.dispatchDragEvent', {type, ...point, modifiers, data: this.#data});
    if (type === 'drop' || type === 'dragCancel') return;
    const repeat = this.#repeat = setTimeout(() => {
      // A page that is busy gets no further event before it has handled the last one.
      void Promise.resolve(this.#target.settled('drag')).then(() => repeat === this.#repeat && this.#send('dragOver', point, modifiers));
    }, REPEAT_MS).unref();
  }
}
