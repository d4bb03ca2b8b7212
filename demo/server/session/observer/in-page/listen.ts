import type {Report} from '../report.js';

/** The most UTF-16 units of a title or a label. */
export const MAX_LABEL_LENGTH = 300;

/** Reports an event or the current state. */
export type Tell = (message: Report) => void;

/** Adds a listener that never keeps an event from the page or delays its scrolling. */
export function listen(types: readonly string[], listener: (event: Event) => void): void {
  for (const type of types) addEventListener(type, listener, {capture: true, passive: true});
}
