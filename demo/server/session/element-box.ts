import type {Protocol} from 'devtools-protocol';
import type {CdpSession} from './cdp.js';
import type {ObservedDocument} from './observer/observer.js';
import type {Page} from './page.js';

/** CSS pixels of the page's viewport. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Where the element is that an expression finds in a document's isolated world; undefined when it finds none.
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
 * Where an element is in its page's viewport.
 * @throws {CdpError} when it has no box, or is gone.
 */
async function boxInPage(page: Page, session: CdpSession, objectId: string): Promise<Box> {
  const {model} = await session.send('DOM.getBoxModel', {objectId});
  let box = boundsOf(model.border);
  // A cross-process frame knows its own viewport only: outwards, one such frame after the other.
  for (let place = page.placeOf(session); place; place = page.placeOf(place.parent)) {
    const {backendNodeId} = await place.parent.send('DOM.getFrameOwner', {frameId: place.frameId});
    const {model} = await place.parent.send('DOM.getBoxModel', {backendNodeId});
    const frame = boundsOf(model.content);
    // The element's own sizes are before its transform. Only its border box has one.
    const scale = boundsOf(model.border).width / model.width;
    box = {x: frame.x + box.x * scale, y: frame.y + box.y * scale, width: box.width * scale, height: box.height * scale};
  }
  return box;
}

/** A quad's bounds. */
function boundsOf(quad: Protocol.DOM.Quad): Box {
  const xs = quad.filter((_, index) => index % 2 === 0);
  const ys = quad.filter((_, index) => index % 2 === 1);
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return {x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y};
}
