#!/usr/bin/env bash
# CDP: a mouseWheel of Input.dispatchMouseEvent reaches the page with a wheelDeltaY of 120 or -120 whatever its deltaY is. Code that
# reads the older property sees whole notches only.
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
await page.setContent("<body style='height: 9000px'>");
await page.evaluate(() => {
  addEventListener("wheel", (event) => { globalThis.wheel = { deltaY: event.deltaY, wheelDeltaY: event.wheelDeltaY }; });
});
const cdp = await page.context().newCDPSession(page);
const seen = [];
for (const deltaY of [10, 53, 600, -7]) {
  await cdp.send("Input.dispatchMouseEvent", { type: "mouseWheel", x: 50, y: 50, deltaX: 0, deltaY });
  await page.waitForFunction((wanted) => globalThis.wheel?.deltaY === wanted, deltaY);
  seen.push(await page.evaluate(() => globalThis.wheel));
}
const recorded = [
  { deltaY: 10, wheelDeltaY: -120 },
  { deltaY: 53, wheelDeltaY: -120 },
  { deltaY: 600, wheelDeltaY: -120 },
  { deltaY: -7, wheelDeltaY: 120 },
];
console.log("expected: a wheelDeltaY that grows with deltaY");
console.log("seen:", seen);
await browser.close();
process.exit(JSON.stringify(seen) === JSON.stringify(recorded) ? 0 : 1);
JS
BROWSER="$browser" node look.mjs
