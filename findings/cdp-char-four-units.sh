#!/usr/bin/env bash
# CDP: Input.dispatchKeyEvent of type char types a text of three letters with one keypress, and refuses one of four letters. The
# protocol names no limit.
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
await page.setContent("<input autofocus>");
await page.locator("input").focus();
const cdp = await page.context().newCDPSession(page);
const type = async (text) => {
  const reply = await cdp.send("Input.dispatchKeyEvent", { type: "char", text }).then(() => "accepted", () => "refused");
  return `${reply}, typed "${await page.locator("input").evaluate((input) => input.value)}"`;
};
const seen = { abc: await type("abc"), defg: await type("defg") };
const recorded = { abc: 'accepted, typed "abc"', defg: 'refused, typed "abc"' };
console.log("expected: both accepted, or both refused");
console.log("seen:", seen);
await browser.close();
process.exit(JSON.stringify(seen) === JSON.stringify(recorded) ? 0 : 1);
JS
BROWSER="$browser" node look.mjs
