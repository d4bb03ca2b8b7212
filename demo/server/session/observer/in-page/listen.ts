import type {Report} from '../report.js';

/** UTF-16 units of a title or a label. */
export const MAX_LABEL_LENGTH = 300;

/** Takes what has happened, or what is so now. */
export type Tell = (message: Report) => void;

/** Listens without ever keeping an event from the page or delaying its scrolling. */
export function listen(types: readonly string[], listener: (event: Event) => void): void {
  for (const type of types) addEventListener(type, listener, {capture: true, passive: true});
}
