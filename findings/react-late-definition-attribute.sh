#!/usr/bin/env bash
# React 19: the attribute of a true prop that was rendered before a custom element was defined is never removed. Once the element is
# defined, React sets only the property: false arrives there, and the attribute stays.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error react@19.3.1 react-dom@19.3.1 jsdom@26.1.0 >/dev/null

cat >look.mjs <<'JS'
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<main></main>");
const { document, navigator, HTMLElement } = window;
Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
Object.assign(globalThis, { window, document, IS_REACT_ACT_ENVIRONMENT: true });
const { act, createElement } = await import("react");
const { createRoot } = await import("react-dom/client");

const main = document.querySelector("main");
const root = createRoot(main);
const render = async (interactive) => {
  await act(() => { root.render(createElement("x-player", { interactive })); });
  return main.innerHTML;
};
const undefinedAndTrue = await render(true);
window.customElements.define("x-player", class extends HTMLElement {
  static observedAttributes = ["interactive"];
  #interactive = false;
  get interactive() { return this.#interactive; }
  set interactive(interactive) { this.#interactive = interactive; }
  attributeChangedCallback(name, before, now) { this.#interactive = now !== null; }
});
const definedAndFalse = await render(false);
const seen = { undefinedAndTrue, definedAndFalse, property: main.firstChild.interactive };
const recorded = {
  undefinedAndTrue: '<x-player interactive=""></x-player>',
  definedAndFalse: '<x-player interactive=""></x-player>',
  property: false,
};
console.log("react and react-dom 19.3.1, jsdom 26.1.0");
console.log("expected: no attribute once the prop is false");
console.log("seen:", seen);
process.exit(JSON.stringify(seen) === JSON.stringify(recorded) ? 0 : 1);
JS
node look.mjs
