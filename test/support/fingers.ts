import {executeServerCommand} from '@web/test-runner-commands';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A person's fingers at an element. Points are in whole pixels of the window. */
export class Fingers {
  readonly #target: () => Element;
  #places: readonly Point[] = [];

  constructor(target: () => Element) {
    this.#target = target;
  }

  /**
   * Performs steps, each with the points of all fingers. A gesture ends with a step without fingers. If the driver has no such touches, the
   * element gets synthetic events like a browser's.
   */
  async touch(...steps: readonly (readonly Point[])[]): Promise<void> {
    if (await executeServerCommand<boolean, readonly (readonly Point[])[]>('fingers', steps)) return;
    for (const step of steps) this.#dispatch(step);
  }

  /** Not every engine lets a script create a `TouchEvent`, so this is an `Event` with the same members. */
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
