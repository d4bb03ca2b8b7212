#!/usr/bin/env bash
# CDP: a JPEG of Page.captureScreenshot contains an ICC profile (an APP2 segment), and a JPEG of Page.screencastFrame of the same page
# does not.
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
await page.setContent("<body style='background: #39c'>");
const cdp = await page.context().newCDPSession(page);
const frame = new Promise((resolve) => { cdp.on("Page.screencastFrame", ({ data }) => resolve(data)); });
await cdp.send("Page.startScreencast", { format: "jpeg", quality: 80 });
const cast = await frame;
await cdp.send("Page.stopScreencast");
const shot = (await cdp.send("Page.captureScreenshot", { format: "jpeg", quality: 80 })).data;
const profile = (data) => {
  const bytes = Buffer.from(data, "base64");
  for (let at = 2; bytes[at] === 0xff && bytes[at + 1] !== 0xda; at += 2 + bytes.readUInt16BE(at + 2)) {
    if (bytes[at + 1] === 0xe2 && bytes.toString("latin1", at + 4, at + 15) === "ICC_PROFILE") return "ICC profile";
  }
  return "none";
};
const seen = { captureScreenshot: profile(shot), screencastFrame: profile(cast) };
const recorded = { captureScreenshot: "ICC profile", screencastFrame: "none" };
console.log("expected: both or neither");
console.log("seen:", seen);
await browser.close();
process.exit(JSON.stringify(seen) === JSON.stringify(recorded) ? 0 : 1);
JS
BROWSER="$browser" node look.mjs
