/** Moves the focus out of an element, to the next focusable element on the page, or to nothing. */
export function focusAfter(element: HTMLElement): void {
  const root = element.getRootNode();
  const inside = element.shadowRoot?.activeElement;
  if (inside instanceof HTMLElement) inside.blur();
  if (!(root instanceof Document || root instanceof ShadowRoot)) return;
  for (const stop of root.querySelectorAll<HTMLElement>('*')) {
    const isAfter = element.compareDocumentPosition(stop) === Node.DOCUMENT_POSITION_FOLLOWING;
    // Everything that `Tab` can reach has a `tabIndex`. It takes the focus if it is visible and not disabled.
    if (!isAfter || stop.tabIndex < 0) continue;
    stop.focus();
    if (stop.matches(':focus')) return;
  }
  if (root instanceof ShadowRoot && root.host instanceof HTMLElement) focusAfter(root.host);
}
