import {executeServerCommand} from '@web/test-runner-commands';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A person's fingers at an element. Places are whole pixels of the window. */
export class Fingers {
  readonly #target: () => Element;
  #places: readonly Point[] = [];

  constructor(target: () => Element) {
    this.#target = target;
  }

  /**
   * One step after the other, each where all fingers are; at the end of a gesture there are none. Where the driver does not give that
   * the element gets the events that a browser would send.
   */
  async touch(...steps: readonly (readonly Point[])[]): Promise<void> {
    if (await executeServerCommand<boolean, readonly (readonly Point[])[]>('fingers', steps)) return;
    for (const step of steps) this.#dispatch(step);
  }

  /** Not every engine lets a script make a `TouchEvent` of its own: an event with its members says the same. */
  #dispatch(step: readonly Point[]): void {
    const before = this.#places;
    this.#places = step;
    const type = step.length > before.length ? 'touchstart' : step.length < before.length ? 'touchend' : 'touchmove';
    const changed = type === 'touchstart' ? [before.length, step.length] : type === 'touchend' ? [step.length, before.length] : [0, step.length];
    const target = this.#target();
    const touches = (type === 'touchend' ? before : step).map(({x, y}, identifier) => (
      {identifier, target, clientX: x, clientY: y, radiusX: 5, radiusY: 5, rotationAngle: 0, force: 1}
    ));
    const event = new Event(type, {bubbles: true, composed: true, cancelable: true});
    const left = touches.slice(0, step.length);
    target.dispatchEvent(Object.assign(event, {
      touches: left, targetTouches: left, changedTouches: touches.slice(...changed), altKey: false, ctrlKey: false, metaKey: false, shiftKey: false,
    }));
  }
}
