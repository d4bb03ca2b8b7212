import {isEditable} from './focus.js';
import {listen, type Tell} from './listen.js';

const CURSOR_DELAY_MS = 40;

export function observeCursor(report: Tell): void {
  let last: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let point: {target: Element; x: number; y: number} | undefined;
  const look = () => {
    timer = undefined;
    // The observer in the frame reports for it.
    if (!point?.target.isConnected || point.target instanceof HTMLIFrameElement) return;
    const cursor = cursorAt(point.target, point.x, point.y);
    if (cursor !== last) report({kind: 'cursor', cursor});
    last = cursor;
  };
  listen(['mousemove', 'mouseover', 'mouseup'], (event) => {
    const [target] = event.composedPath();
    if (!(event instanceof MouseEvent) || !(target instanceof Element)) return;
    point = {target, x: event.clientX, y: event.clientY};
    timer ??= setTimeout(look, CURSOR_DELAY_MS);
  });
  listen(['mouseout'], (event) => {
    const to = event instanceof MouseEvent ? event.relatedTarget : null;
    if (to === null || to instanceof HTMLIFrameElement) last = point = undefined;
  });
}

function cursorAt(target: Element, x: number, y: number): string {
  const style = getComputedStyle(target);
  const cursor = style.cursor.split(',').at(-1)?.trim() ?? 'auto';
  if (cursor !== 'auto') return cursor;
  return style.userSelect !== 'none' && (isEditable(target) || isOverText(x, y)) ? 'text' : 'default';
}

function isOverText(x: number, y: number): boolean {
  // Exists in every Chromium, unlike the standard `caretPositionFromPoint`.
  const caret = document.caretRangeFromPoint(x, y);
  if (caret?.startContainer.nodeType !== Node.TEXT_NODE) return false;
  const range = document.createRange();
  range.selectNodeContents(caret.startContainer);
  return [...range.getClientRects()].some(({left, right, top, bottom}) => x >= left && x < right && y >= top && y < bottom);
}
