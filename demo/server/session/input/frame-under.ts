import type {Protocol} from 'devtools-protocol';
import type {CdpSession} from '../cdp.js';
import type {Page} from '../page.js';
import type {Point} from './input-target.js';

/** A frame with a process of its own, and how to get to its coordinates from the page's. */
export interface FrameUnder {
  readonly session: CdpSession;
  readonly toFrame: (point: Point) => Point;
}

/**
 * The innermost frame with a process of its own at a place in the page (CSS pixels of its viewport); undefined when
 * that place belongs to the page's own process.
 */
export async function frameUnder(page: Page, point: Point): Promise<FrameUnder | undefined> {
  let found: FrameUnder | undefined;
  for (;;) {
    const session = found?.session ?? page.session;
    const {x, y} = found?.toFrame(point) ?? point;
    const {cssVisualViewport: {pageX, pageY}} = await session.send('Page.getLayoutMetrics');
    // It takes whole pixels of the document.
    const {backendNodeId} = await session.send('DOM.getNodeForLocation', {x: Math.floor(pageX + x), y: Math.floor(pageY + y)});
    const {node} = await session.send('DOM.describeNode', {backendNodeId});
    const child = node.frameId === undefined ? undefined : page.frames.get(node.frameId);
    if (!child) return found;
    const {model} = await session.send('DOM.getBoxModel', {backendNodeId});
    const outer = found;
    const toChild = intoFrame(model);
    found = {session: child, toFrame: (at) => toChild(outer?.toFrame(at) ?? at)};
  }
}

/** From the coordinates around a frame to its own, through its borders and whatever transforms it. */
function intoFrame({border, content, width, height}: Protocol.DOM.BoxModel): (point: Point) => Point {
  const [left = 0, top = 0, rightX = 0, rightY = 0, , , bottomX = 0, bottomY = 0] = border;
  const [originX = 0, originY = 0] = content;
  const [ax, ay] = [(rightX - left) / width, (rightY - top) / width];
  const [bx, by] = [(bottomX - left) / height, (bottomY - top) / height];
  const area = ax * by - ay * bx;
  return ({x, y}) => {
    const [dx, dy] = [x - originX, y - originY];
    return {x: (dx * by - dy * bx) / area, y: (dy * ax - dx * ay) / area};
  };
}
