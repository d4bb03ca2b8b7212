#!/usr/bin/env bash
# Chromium: ImageDecoder gives other pixels than createImageBitmap for the same JPEG with 4:2:0 chroma.
# The JPEG is made by the browser itself, of a checkerboard of two colours.
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
await page.route("https://page.test/", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
await page.goto("https://page.test/"); // ImageDecoder needs a secure context
const { chroma, differing, greatest } = await page.evaluate(async () => {
  const source = new OffscreenCanvas(64, 64);
  const context = source.getContext("2d");
  for (let y = 0; y < 64; y += 1) {
    for (let x = 0; x < 64; x += 1) {
      context.fillStyle = (x + y) % 3 === 0 ? "#f00" : "#00f";
      context.fillRect(x, y, 1, 1);
    }
  }
  const blob = await source.convertToBlob({ type: "image/jpeg", quality: 0.8 });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const frameHeader = bytes.findIndex((byte, at) => byte === 0xff && bytes[at + 1] === 0xc0);
  const pixels = (image) => {
    const target = new OffscreenCanvas(64, 64).getContext("2d");
    target.drawImage(image, 0, 0);
    return target.getImageData(0, 0, 64, 64).data;
  };
  const decoder = new ImageDecoder({ type: "image/jpeg", data: bytes });
  const one = pixels((await decoder.decode()).image);
  const other = pixels(await createImageBitmap(blob));
  const differences = Array.from(one, (value, at) => Math.abs(value - other[at]));
  return {
    chroma: bytes[frameHeader + 11] === 0x22 ? "4:2:0" : "other",
    differing: differences.filter((difference) => difference > 0).length,
    greatest: Math.max(...differences),
  };
});
console.log("expected: the same pixels both ways");
console.log(`seen: chroma ${chroma}, ${differing} of 16384 values differ, by up to ${greatest}`);
const seen = { chroma, differ: differing > 0 };
const recorded = { chroma: "4:2:0", differ: true };
await browser.close();
process.exit(JSON.stringify(seen) === JSON.stringify(recorded) ? 0 : 1);
JS
BROWSER="$browser" node look.mjs
