/** Moves the focus out of an element, to what comes after it on the page; to nothing when there is nothing. */
export function focusAfter(element: HTMLElement): void {
  const root = element.getRootNode();
  const inside = element.shadowRoot?.activeElement;
  if (inside instanceof HTMLElement) inside.blur();
  if (!(root instanceof Document || root instanceof ShadowRoot)) return;
  for (const stop of root.querySelectorAll<HTMLElement>('*')) {
    const isAfter = element.compareDocumentPosition(stop) === Node.DOCUMENT_POSITION_FOLLOWING;
    // What `Tab` can come to has a `tabIndex`, its own or by nature; it takes the focus should it be seen and not disabled.
    if (!isAfter || stop.tabIndex < 0) continue;
    stop.focus();
    if (stop.matches(':focus')) return;
  }
  if (root instanceof ShadowRoot && root.host instanceof HTMLElement) focusAfter(root.host);
}
