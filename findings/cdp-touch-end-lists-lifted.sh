#!/usr/bin/env bash
# CDP: Input.dispatchTouchEvent with touchEnd lifts the fingers that it lists and keeps the others down; an empty list lifts
# all. The protocol calls touchPoints the active points and says that a touchEnd must not contain any.
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

const page = await browser.newPage({ hasTouch: true });
await page.setContent("<body style='height: 100vh; touch-action: none'>");
await page.evaluate(() => {
  globalThis.down = [];
  for (const type of ["touchstart", "touchend"]) {
    addEventListener(type, (event) => { globalThis.down = Array.from(event.touches, (touch) => touch.clientX); });
  }
});
const cdp = await page.context().newCDPSession(page);
const touch = async (type, ...touchPoints) => {
  await cdp.send("Input.dispatchTouchEvent", { type, touchPoints });
  await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => { requestAnimationFrame(resolve); }); }));
  return page.evaluate(() => globalThis.down);
};
const left = { x: 100, y: 100, id: 1 };
const right = { x: 300, y: 100, id: 2 };
const seen = {
  bothDown: await touch("touchStart", left, right),
  endListsLeft: await touch("touchEnd", left),
  endListsNone: await touch("touchEnd"),
};
const recorded = { bothDown: [100, 300], endListsLeft: [300], endListsNone: [] };
console.log("expected: a touchEnd that lists the left finger (x = 100) is refused, or keeps that finger down as active");
console.log("seen, as the x of each finger on the page:", seen);
await browser.close();
process.exit(JSON.stringify(seen) === JSON.stringify(recorded) ? 0 : 1);
JS
BROWSER="$browser" node look.mjs
