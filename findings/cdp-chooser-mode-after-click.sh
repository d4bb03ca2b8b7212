#!/usr/bin/env bash
# CDP: commands of one session take effect in order, except input. Page.setInterceptFileChooserDialog waits for the page's thread. A
# press that is sent after it arrives first, and its chooser is canceled by the old mode.
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
await page.setContent("<input type=file style='position: absolute; left: 0; top: 0; width: 200px; height: 50px'>");
await page.evaluate(() => {
  window.heard = 0;
  document.querySelector("input").addEventListener("cancel", () => window.heard++);
});
const cdp = await page.context().newCDPSession(page);
await cdp.send("Page.enable");
const seen = {};
for (const isAwaited of [true, false]) {
  await page.evaluate(() => (window.heard = 0));
  await cdp.send("Page.setInterceptFileChooserDialog", { enabled: true, cancel: true });
  const opened = new Promise((resolve) => cdp.once("Page.fileChooserOpened", resolve));
  // Blocks the page's thread for a moment, as happens in any page.
  const busy = cdp.send("Runtime.evaluate", { expression: "for (const end = performance.now() + 500; performance.now() < end;);" });
  const ended = cdp.send("Page.setInterceptFileChooserDialog", { enabled: true });
  if (isAwaited) await ended;
  for (const type of ["mousePressed", "mouseReleased"]) {
    cdp.send("Input.dispatchMouseEvent", { type, x: 50, y: 25, button: "left", clickCount: 1 });
  }
  await Promise.all([busy, ended, opened]);
  seen[isAwaited ? "press after the answer" : "press after the command"] = `${await page.evaluate(() => window.heard)} canceled`;
}
const recorded = { "press after the answer": "0 canceled", "press after the command": "1 canceled" };
console.log("expected: 0 canceled, either time: the mode had ended before the press was sent");
console.log("seen:", seen);
await browser.close();
process.exit(JSON.stringify(seen) === JSON.stringify(recorded) ? 0 : 1);
JS
BROWSER="$browser" node look.mjs
