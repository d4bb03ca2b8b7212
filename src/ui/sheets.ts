import type {CSSResultOrNative} from 'lit';

/**
 * Styles a shadow root anew in the document that it is in by now. A sheet that was made in one document is refused by
 * all others, and a root that moves to another one loses its sheets: https://github.com/lit/lit-element/issues/1139
 */
export function adoptStyles(root: ShadowRoot, styles: readonly CSSResultOrNative[]): void {
  root.adoptedStyleSheets = [];
  for (const style of styles) {
    if ('cssText' in style) addSheet(root)?.replaceSync(style.cssText);
  }
}

/** A new sheet of a shadow root; none in a document that nobody sees. */
export function addSheet(root: ShadowRoot): CSSStyleSheet | undefined {
  const window = root.ownerDocument.defaultView;
  if (!window) return undefined;
  const sheet = new window.CSSStyleSheet();
  root.adoptedStyleSheets.push(sheet);
  return sheet;
}
