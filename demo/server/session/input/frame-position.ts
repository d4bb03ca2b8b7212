import type {Protocol} from 'devtools-protocol';
import type {CdpSession} from '../cdp.js';
import type {Page} from '../page.js';
import type {Point} from './input-target.js';

type ToFrame = (point: Point) => Point;

/** A frame element, with the CDP session of its document. */
interface Owner {
  readonly session: CdpSession;
  readonly backendNodeId: number;
}

/** The position of a cross-process frame, to convert the page's coordinates to the frame's. */
export class FramePosition {
  readonly session: CdpSession;
  /** The frame elements around the frame, the outermost first. */
  readonly #owners: readonly Owner[];
  #toFrame: ToFrame;
  #isMeasuring = false;

  /** @throws {CdpError} when the frame is gone. */
  static async of(page: Page, session: CdpSession): Promise<FramePosition> {
    const owners: Owner[] = [];
    for (let place = page.placeOf(session); place; place = page.placeOf(place.parent)) {
      const {backendNodeId} = await place.parent.send('DOM.getFrameOwner', {frameId: place.frameId});
      owners.unshift({session: place.parent, backendNodeId});
    }
    return new FramePosition(session, owners, await measure(owners));
  }

  private constructor(session: CdpSession, owners: readonly Owner[], toFrame: ToFrame) {
    this.session = session;
    this.#owners = owners;
    this.#toFrame = toFrame;
  }

  toFrame(point: Point): Point {
    return this.#toFrame(point);
  }

  /** Reads the frame's position again: a drag in the frame may move the frame, or scroll the page around it. */
  update(): void {
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    void measure(this.#owners).then((toFrame) => {
      this.#toFrame = toFrame;
    }, () => {}).then(() => {
      this.#isMeasuring = false;
    });
  }
}

async function measure(owners: readonly Owner[]): Promise<ToFrame> {
  const models = await Promise.all(owners.map(({session, backendNodeId}) => session.send('DOM.getBoxModel', {backendNodeId})));
  const steps = models.map(({model}) => intoFrame(model));
  return (point) => steps.reduce((at, step) => step(at), point);
}

/** Converts coordinates around a frame to the frame's own, with its borders and transforms. */
function intoFrame({border, content, width, height}: Protocol.DOM.BoxModel): ToFrame {
  const [left = 0, top = 0, rightX = 0, rightY = 0, , , bottomX = 0, bottomY = 0] = border;
  const [originX = 0, originY = 0] = content;
  const [ax, ay] = [(rightX - left) / width, (rightY - top) / width];
  const [bx, by] = [(bottomX - left) / height, (bottomY - top) / height];
  const area = ax * by - ay * bx;
  // Chromium places a frame on whole pixels, unless the frame is transformed.
  const isTransformed = Math.abs(ax - 1) + Math.abs(ay) + Math.abs(bx) + Math.abs(by - 1) > 0.01;
  const [x0, y0] = isTransformed ? [originX, originY] : [Math.round(originX), Math.round(originY)];
  return ({x, y}) => {
    const [dx, dy] = [x - x0, y - y0];
    return {x: (dx * by - dy * bx) / area, y: (dy * ax - dx * ay) / area};
  };
}
