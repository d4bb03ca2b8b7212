#!/usr/bin/env bash
# CDP: a mousePressed without force gives a pointerdown of pressure 0. The Pointer Events specification says 0.5 for a
# mouse with a button down.
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
await page.setContent("<body style='height: 100vh'>");
await page.evaluate(() => { addEventListener("pointerdown", (event) => { globalThis.pressure = event.pressure; }); });
const cdp = await page.context().newCDPSession(page);
const pressureOf = async (params) => {
  const at = { x: 50, y: 50, button: "left", clickCount: 1 };
  await cdp.send("Input.dispatchMouseEvent", { type: "mousePressed", ...at, ...params });
  await cdp.send("Input.dispatchMouseEvent", { type: "mouseReleased", ...at });
  return page.evaluate(() => globalThis.pressure);
};
const seen = { "no force": await pressureOf({}), "force 0.5": await pressureOf({ force: 0.5 }) };
const recorded = { "no force": 0, "force 0.5": 0.5 };
console.log("expected: 0.5 for both");
console.log("seen:", seen);
await browser.close();
process.exit(JSON.stringify(seen) === JSON.stringify(recorded) ? 0 : 1);
JS
BROWSER="$browser" node look.mjs
