#!/usr/bin/env bash
# React 19: a render in the browser sets an object prop of a custom element as its property. A hydration of server-rendered markup
# loses the object: there is no attribute, no property and no warning.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error react@19.3.1 react-dom@19.3.1 jsdom@26.1.0 >/dev/null

cat >look.mjs <<'JS'
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<main></main><aside></aside>");
const { document, navigator, HTMLElement } = window;
Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
Object.assign(globalThis, { window, document, IS_REACT_ACT_ENVIRONMENT: true });
const { act, createElement } = await import("react");
const { createRoot, hydrateRoot } = await import("react-dom/client");
const { renderToString } = await import("react-dom/server");

window.customElements.define("x-player", class extends HTMLElement {
  #options;
  get options() { return this.#options; }
  set options(options) { this.#options = options; }
});
const warnings = [];
console.error = (...words) => { warnings.push(words.join(" ")); };
const player = createElement("x-player", { options: { rate: 2 } });
const main = document.querySelector("main");
await act(() => { createRoot(main).render(player); });
const aside = document.querySelector("aside");
aside.innerHTML = renderToString(player);
await act(() => { hydrateRoot(aside, player); });
const seen = {
  rendered: JSON.stringify(main.firstChild.options),
  hydrated: JSON.stringify(aside.firstChild.options) ?? "undefined",
  warnings: warnings.length,
};
const recorded = { rendered: '{"rate":2}', hydrated: "undefined", warnings: 0 };
console.log("react and react-dom 19.3.1, jsdom 26.1.0");
console.log("expected: the same property both ways, or a warning");
console.log("seen:", seen);
process.exit(JSON.stringify(seen) === JSON.stringify(recorded) ? 0 : 1);
JS
node look.mjs
