/** Moves the focus out of an element, to the next focusable element on the page, also in an open shadow tree, or to nothing. */
export function focusAfter(element: HTMLElement): void {
  const root = element.getRootNode();
  const inside = element.shadowRoot?.activeElement;
  if (inside instanceof HTMLElement) inside.blur();
  if (!(root instanceof Document || root instanceof ShadowRoot)) return;
  if (!focusFirst(root, element) && root instanceof ShadowRoot && root.host instanceof HTMLElement) focusAfter(root.host);
}

/** Focuses the first element that takes the focus, also in an open shadow tree; of those after `start`, if given. Returns whether there was one. */
function focusFirst(root: ParentNode, start?: Element): boolean {
  for (const stop of root.querySelectorAll<HTMLElement>('*')) {
    if (start && start.compareDocumentPosition(stop) !== Node.DOCUMENT_POSITION_FOLLOWING) continue;
    // Everything that `Tab` can reach has a `tabIndex`. It takes the focus if it is visible and not disabled.
    if (stop.tabIndex >= 0) stop.focus();
    if (stop.matches(':focus') || (stop.shadowRoot && focusFirst(stop.shadowRoot))) return true;
  }
  return false;
}
