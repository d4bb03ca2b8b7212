#!/usr/bin/env bash
# CDP: Input.dispatchKeyEvent with location 3 (the numeric keypad in the DOM) gives a KeyboardEvent with location 1. Only isKeypad
# makes it 3.
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
await page.evaluate(() => { addEventListener("keydown", (event) => { globalThis.keyLocation = event.location; }); });
const cdp = await page.context().newCDPSession(page);
const locationOf = async (params) => {
  await cdp.send("Input.dispatchKeyEvent", { type: "rawKeyDown", code: "Numpad1", key: "1", ...params });
  await cdp.send("Input.dispatchKeyEvent", { type: "keyUp", code: "Numpad1", key: "1", ...params });
  return page.evaluate(() => globalThis.keyLocation);
};
const seen = {
  "location 2": await locationOf({ location: 2 }),
  "location 3": await locationOf({ location: 3 }),
  "isKeypad": await locationOf({ isKeypad: true }),
};
const recorded = { "location 2": 2, "location 3": 1, "isKeypad": 3 };
console.log("expected: location 3 for location 3");
console.log("seen, as the event's location:", seen);
await browser.close();
process.exit(JSON.stringify(seen) === JSON.stringify(recorded) ? 0 : 1);
JS
BROWSER="$browser" node look.mjs
