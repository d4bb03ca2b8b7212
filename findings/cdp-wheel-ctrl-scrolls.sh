#!/usr/bin/env bash
# CDP: a mouseWheel with the Ctrl modifier scrolls the page. A real wheel with Ctrl zooms the page, and does not scroll.
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
await page.evaluate(() => { addEventListener("wheel", (event) => { globalThis.ctrlKey = event.ctrlKey; }, { passive: true }); });
const cdp = await page.context().newCDPSession(page);
await cdp.send("Input.dispatchMouseEvent", { type: "mouseWheel", x: 50, y: 50, deltaX: 0, deltaY: 100, modifiers: 2 });
await page.waitForFunction(() => scrollY > 0 || devicePixelRatio !== 1, undefined, { timeout: 10_000 });
const seen = await page.evaluate(() => ({ ctrlKey: globalThis.ctrlKey, scrolled: scrollY > 0, devicePixelRatio }));
const recorded = { ctrlKey: true, scrolled: true, devicePixelRatio: 1 };
console.log("expected: another devicePixelRatio, and nothing scrolled");
console.log("seen:", seen);
await browser.close();
process.exit(JSON.stringify(seen) === JSON.stringify(recorded) ? 0 : 1);
JS
BROWSER="$browser" node look.mjs
