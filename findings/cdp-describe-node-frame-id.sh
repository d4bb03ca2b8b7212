#!/usr/bin/env bash
# CDP: DOM.describeNode gives the <html> element of an iframe's document the frameId of that iframe. The protocol describes
# Node.frameId as the "Frame ID for frame owner elements", so a search for owners by frameId finds too many.
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
await page.setContent('<iframe srcdoc="<p>inner</p>"></iframe>');
await page.frameLocator("iframe").locator("p").waitFor();
const cdp = await page.context().newCDPSession(page);
const frameIdOf = async (expression) => {
  const { result } = await cdp.send("Runtime.evaluate", { expression });
  return (await cdp.send("DOM.describeNode", { objectId: result.objectId })).node.frameId;
};
const { frameTree } = await cdp.send("Page.getFrameTree");
const names = new Map([
  [frameTree.frame.id, "the page's frame"],
  [frameTree.childFrames[0].frame.id, "the iframe's frame"],
  [undefined, "none"],
]);
const seen = {
  iframe: names.get(await frameIdOf("document.querySelector('iframe')")),
  innerHtml: names.get(await frameIdOf("document.querySelector('iframe').contentDocument.documentElement")),
  innerBody: names.get(await frameIdOf("document.querySelector('iframe').contentDocument.body")),
};
const recorded = { iframe: "the iframe's frame", innerHtml: "the iframe's frame", innerBody: "none" };
console.log("expected: a frameId on <iframe>, which owns a frame, and none on <html> and <body>");
console.log("seen:", seen);
await browser.close();
process.exit(JSON.stringify(seen) === JSON.stringify(recorded) ? 0 : 1);
JS
BROWSER="$browser" node look.mjs
