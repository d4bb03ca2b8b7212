import type {Size} from '../protocol.js';
import {filledBox} from './geometry.js';
import type {LiveViewFit, Picture} from './geometry.js';

/**
 * Where the picture is in the window now, measured by the markers beside its canvas. Forces layout. Undefined without a picture.
 * @param size the picture's size in pixels. A canvas that a worker paints learns it only later.
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
 * The factor from an element's rectangles to the coordinates of events. Browsers that predate the CSS `zoom` standard report
 * rectangles in the element's own zoomed pixels. The others have `currentCSSZoom`.
 */
function zoomOf(element: Element): number {
  if ('currentCSSZoom' in Element.prototype) return 1;
  const root = element.getRootNode();
  const parent = element.assignedSlot ?? element.parentElement ?? ('host' in root && root.host instanceof Element ? root.host : undefined);
  return (Number(getComputedStyle(element).zoom) || 1) * (parent ? zoomOf(parent) : 1);
}
