import type {DocumentObserver} from '../report.js';
import {focused} from './focus.js';
import {listen, type Tell} from './listen.js';

export function observePickers(tell: Tell): Pick<DocumentObserver, 'isPickerOpen'> {
  let open: HTMLInputElement | undefined;
  listen(['click', 'keydown'], (event) => {
    const [target] = event.composedPath();
    // A picker opens after all listeners of the event have run. A color picker opens even later, so the page would receive an Escape.
    setTimeout(() => {
      const field = [target, focused(), document.querySelector('input:open')].find((each) => each instanceof HTMLInputElement && each.matches(':open') && each.type !== 'color');
      if (field && field !== open) tell({kind: 'picker'});
      open = field instanceof HTMLInputElement ? field : undefined;
    });
  });
  return {
    isPickerOpen: () => {
      // A closed picker is reported when it opens again.
      if (!open?.matches(':open')) open = undefined;
      return open !== undefined;
    },
  };
}
