#!/usr/bin/env bash
# CDP: only the clickCount of mousePressed decides whether a press and a release make a click. clickCount is optional, and 0 by
# default. Without it, the page gets mousedown and mouseup and no click. mouseReleased needs no clickCount.
set -euo pipefail

browser=$(command -v chromium || command -v google-chrome || true)
[ -n "$browser" ] || { echo 'needs Chromium: neither chromium nor google-chrome is on PATH'; exit 77; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error playwright-core@1.65.1 >/dev/null

cat >look.mjs <<'JS'
import { chromium } from "playwright-core";

const browser = await chromium.launch({
  executablePath: process.env.BROWSER,
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
console.log(`Chromium ${browser.version()}, playwright-core 1.65.1`);

const page = await browser.newPage();
await page.setContent("<button style='position: fixed; inset: 0'>press</button>");
await page.evaluate(() => {
  globalThis.events = [];
  for (const type of ["mousedown", "mouseup", "click"]) {
    addEventListener(type, () => globalThis.events.push(type));
  }
});
const cdp = await page.context().newCDPSession(page);
const press = async (pressed, released) => {
  const at = { x: 50, y: 50, button: "left" };
  await cdp.send("Input.dispatchMouseEvent", { type: "mousePressed", ...at, clickCount: pressed });
  await cdp.send("Input.dispatchMouseEvent", { type: "mouseReleased", ...at, clickCount: released });
  return page.evaluate(() => globalThis.events.splice(0).join(" "));
};
const seen = { "pressed 1, released 0": await press(1, 0), "pressed 0, released 1": await press(0, 1) };
const recorded = { "pressed 1, released 0": "mousedown mouseup click", "pressed 0, released 1": "mousedown mouseup" };
console.log("expected: the same events both times");
console.log("seen:", seen);
await browser.close();
process.exit(JSON.stringify(seen) === JSON.stringify(recorded) ? 0 : 1);
JS
BROWSER="$browser" node look.mjs
