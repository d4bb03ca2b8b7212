#!/usr/bin/env bash
# guacamole-common-js: Guacamole.Touch keeps a finger that the browser has cancelled (touchcancel). activeTouches stays at 1 with no
# finger on the screen.
set -euo pipefail

browser=$(command -v chromium || command -v google-chrome || true)
[ -n "$browser" ] || { echo 'needs Chromium: neither chromium nor google-chrome is on PATH'; exit 77; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error playwright-core@1.65.1 guacamole-common-js@1.5.0 >/dev/null

cat >look.mjs <<'JS'
import { chromium } from "playwright-core";

const browser = await chromium.launch({
  executablePath: process.env.BROWSER,
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
console.log(`Chromium ${browser.version()}, playwright-core 1.65.1`);
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const main = createRequire(import.meta.url).resolve("guacamole-common-js");
const page = await browser.newPage({ hasTouch: true });
await page.setContent("<div style='height: 100vh; touch-action: none'></div>");
await page.addScriptTag({ content: `globalThis.module = {}; ${readFileSync(main, "utf8")}; globalThis.Guacamole ??= module.exports;` });
await page.evaluate(() => {
  globalThis.fingers = 0;
  for (const type of ["touchstart", "touchend", "touchcancel"]) {
    addEventListener(type, (event) => { globalThis.fingers = event.touches.length; }, true);
  }
  globalThis.touch = new globalThis.Guacamole.Touch(document.querySelector("div"));
});
const cdp = await page.context().newCDPSession(page);
const after = async (type, ...touchPoints) => {
  await cdp.send("Input.dispatchTouchEvent", { type, touchPoints });
  await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => { requestAnimationFrame(resolve); }); }));
  return page.evaluate(() => ({ browser: globalThis.fingers, guacamole: globalThis.touch.activeTouches }));
};
const finger = { x: 100, y: 100, id: 1 };
const seen = {
  start: await after("touchStart", finger),
  end: await after("touchEnd"),
  startAgain: await after("touchStart", finger),
  cancel: await after("touchCancel"),
};
const recorded = {
  start: { browser: 1, guacamole: 1 },
  end: { browser: 0, guacamole: 0 },
  startAgain: { browser: 1, guacamole: 1 },
  cancel: { browser: 0, guacamole: 1 },
};
console.log("guacamole-common-js 1.5.0");
console.log("expected: as many fingers as the browser has, 0 after the cancel");
console.log("seen:", seen);
await browser.close();
process.exit(JSON.stringify(seen) === JSON.stringify(recorded) ? 0 : 1);
JS
BROWSER="$browser" node look.mjs
