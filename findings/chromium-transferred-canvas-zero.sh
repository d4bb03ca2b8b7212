#!/usr/bin/env bash
# Chromium: a canvas whose control was transferred (OffscreenCanvas) keeps showing its last picture when it is set to 0 x 0. An
# ordinary canvas then shows nothing.
set -euo pipefail

browser=$(command -v chromium || command -v google-chrome || true)
[ -n "$browser" ] || { echo 'needs Chromium: neither chromium nor google-chrome is on PATH'; exit 77; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error playwright-core@1.65.1 pngjs@7.0.0 >/dev/null

cat >look.mjs <<'JS'
import { chromium } from "playwright-core";

const browser = await chromium.launch({
  executablePath: process.env.BROWSER,
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
console.log(`Chromium ${browser.version()}, playwright-core 1.65.1`);
import pngjs from "pngjs";

const page = await browser.newPage();
await page.setContent(`<style>body { margin: 0 } canvas { display: block; width: 100px; height: 100px }</style>
  <canvas id="ordinary"></canvas><canvas id="transferred"></canvas>`);
await page.evaluate(() => {
  const ordinary = document.querySelector("#ordinary");
  const transferred = document.querySelector("#transferred").transferControlToOffscreen();
  globalThis.canvases = [ordinary, transferred];
});
const resize = (side) => page.evaluate(async (length) => {
  for (const canvas of globalThis.canvases) {
    canvas.width = length;
    canvas.height = length;
    const context = canvas.getContext("2d");
    context.fillStyle = "#f00";
    context.fillRect(0, 0, length, length);
  }
  for (let frame = 0; frame < 10; frame += 1) {
    await new Promise((resolve) => { requestAnimationFrame(resolve); });
  }
}, side);
const colours = async () => {
  const { data, width } = pngjs.PNG.sync.read(await page.screenshot());
  const colour = (y) => (data[(y * width + 50) * 4 + 1] === 0 ? "red" : "blank");
  return { ordinary: colour(50), transferred: colour(150) };
};
await resize(100);
const before = await colours();
await resize(0);
const seen = { "100 x 100": before, "0 x 0": await colours() };
const recorded = {
  "100 x 100": { ordinary: "red", transferred: "red" },
  "0 x 0": { ordinary: "blank", transferred: "red" },
};
console.log("expected: both blank at 0 x 0");
console.log("seen:", seen);
await browser.close();
process.exit(JSON.stringify(seen) === JSON.stringify(recorded) ? 0 : 1);
JS
BROWSER="$browser" node look.mjs
