/** How long the documents prevent scrolling after a wheel with Control. */
const HOLD_ZOOM_MS = 1_000;
/** How long to wait for an animation frame. A document that is not visible has none. */
const UNSEEN_MS = 100;

let heldUntilMs = 0;

function preventZoom(event: WheelEvent): void {
  if (event.ctrlKey) event.preventDefault();
}

/**
 * In a browser, a wheel with Control zooms. One sent by CDP scrolls, unless it is prevented. A listener that may prevent it exists
 * only around such wheels, because with one the page's own wheel events differ, and its scrolling waits for them.
 */
export function holdZoom(): Promise<void> {
  const isHeld = heldUntilMs > performance.now();
  heldUntilMs = performance.now() + HOLD_ZOOM_MS;
  if (isHeld) return Promise.resolve();
  // The last listener, so that the page's own listeners see the event unchanged.
  addEventListener('wheel', preventZoom, {passive: false});
  const release = () => {
    const leftMs = heldUntilMs - performance.now();
    if (leftMs > 0) setTimeout(release, leftMs);
    else removeEventListener('wheel', preventZoom);
  };
  setTimeout(release, HOLD_ZOOM_MS);
  // The compositor asks the page before scrolling only once it has committed a frame with this listener.
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
    setTimeout(resolve, UNSEEN_MS);
  });
}
