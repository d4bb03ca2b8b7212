import type {Size} from '../protocol.js';
import {filledBox} from './geometry.js';
import type {LiveViewFit, Picture} from './geometry.js';

/**
 * Where the picture is in the window now, by the markers beside its canvas; forces layout. Undefined while there is none.
 * @param size the picture's own, in pixels; a canvas that a worker paints has it only later.
 */
export function readPicture(canvas: HTMLCanvasElement, size: Size, viewport: Size, fit: LiveViewFit): Picture | undefined {
  const zoom = zoomOf(canvas);
  const [a, b, c, d] = Array.from(canvas.parentElement?.querySelectorAll('.corner') ?? [], (corner) => {
    const {x, y} = corner.getBoundingClientRect();
    return {x: x * zoom, y: y * zoom};
  });
  if (!a || !b || !c || !d) return undefined;
  const {width, height} = getComputedStyle(canvas);
  return {corners: [a, b, c, d], viewport, filled: filledBox(fit, {width: parseFloat(width), height: parseFloat(height)}, size)};
}

/**
 * What an element's rectangles have to be multiplied with to be where events are. Browsers from before the CSS `zoom`
 * standard tell them in the element's own zoomed pixels; the others have `currentCSSZoom`.
 */
function zoomOf(element: Element): number {
  if ('currentCSSZoom' in Element.prototype) return 1;
  const root = element.getRootNode();
  const parent = element.assignedSlot ?? element.parentElement ?? ('host' in root && root.host instanceof Element ? root.host : undefined);
  return (Number(getComputedStyle(element).zoom) || 1) * (parent ? zoomOf(parent) : 1);
}
