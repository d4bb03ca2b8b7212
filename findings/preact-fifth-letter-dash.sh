#!/usr/bin/env bash
# Preact: the value false becomes the attribute "false" if the fifth character of the name is a dash. This test is meant for aria-*
# and data-*. It also matches auto-connect and read-only of a custom element, and not is-open.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error preact@11.2.0 jsdom@26.1.0 >/dev/null

cat >look.mjs <<'JS'
import { JSDOM } from "jsdom";
import { h, render } from "preact";

const { window } = new JSDOM("<main></main>");
globalThis.document = window.document;
const main = document.querySelector("main");
render(h("x-player", { "auto-connect": false, "read-only": false, "is-open": false, "keep-alive": false, "muted": false }), main);
const seen = main.innerHTML;
const recorded = '<x-player auto-connect="false" read-only="false" keep-alive="false"></x-player>';
console.log("preact 11.2.0, jsdom 26.1.0");
console.log("expected: none of the five attributes, or all of them");
console.log("seen:", seen);
process.exit(seen === recorded ? 0 : 1);
JS
node look.mjs
