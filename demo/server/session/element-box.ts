import type {Protocol} from 'devtools-protocol';
import type {CdpSession} from './cdp.js';
import type {ObservedDocument} from './observer/observer.js';
import type {Page} from './page.js';

/** In CSS pixels of the page's viewport. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The box of the element that an expression returns in a document's isolated world. Undefined if the expression returns none.
 * @throws {CdpError} when the element has no box, or is gone.
 */
export async function boxOf(page: Page, {session, contextId}: ObservedDocument, expression: string): Promise<Box | undefined> {
  const {result: {objectId}} = await session.send('Runtime.evaluate', {expression, contextId});
  if (objectId === undefined) return undefined;
  try {
    return await boxInPage(page, session, objectId);
  } finally {
    session.post('Runtime.releaseObject', {objectId});
  }
}

/**
 * The box of an element in its page's viewport.
 * @throws {CdpError} when the element has no box, or is gone.
 */
async function boxInPage(page: Page, session: CdpSession, objectId: string): Promise<Box> {
  const {model} = await session.send('DOM.getBoxModel', {objectId});
  let box = boundsOf(model.border);
  // A cross-process frame knows only its own viewport. So the box is converted from frame to frame, outwards.
  for (let place = page.placeOf(session); place; place = page.placeOf(place.parent)) {
    const {backendNodeId} = await place.parent.send('DOM.getFrameOwner', {frameId: place.frameId});
    const {model} = await place.parent.send('DOM.getBoxModel', {backendNodeId});
    const frame = boundsOf(model.content);
    // `model.width` is the size before the frame's transform, and the border box is the size after it.
    const scale = boundsOf(model.border).width / model.width;
    box = {x: frame.x + box.x * scale, y: frame.y + box.y * scale, width: box.width * scale, height: box.height * scale};
  }
  return box;
}

/** The bounding box of a quad. */
function boundsOf(quad: Protocol.DOM.Quad): Box {
  const xs = quad.filter((_, index) => index % 2 === 0);
  const ys = quad.filter((_, index) => index % 2 === 1);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return {x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y};
}
