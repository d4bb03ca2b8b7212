#!/usr/bin/env bash
# Playwright: connectOverCDP resets the prefers-color-scheme that another CDP client emulates to light, in a page that Playwright did
# not create, and close() does not restore it. With noDefaults, the page stays dark.
set -euo pipefail

browser=$(command -v chromium || command -v google-chrome || true)
[ -n "$browser" ] || { echo 'needs Chromium: neither chromium nor google-chrome is on PATH'; exit 77; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error playwright-core@1.65.1 ws@8.18.3 >/dev/null

cat >look.mjs <<'JS'
import { spawn } from "node:child_process";
import { chromium } from "playwright-core";
import WebSocket from "ws";

const root = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const browser = spawn(
  process.env.BROWSER,
  ["--headless", "--remote-debugging-port=0", "--user-data-dir=" + process.cwd() + "/profile", ...root, "about:blank"],
  { stdio: ["ignore", "ignore", "pipe"] },
);
const exited = new Promise((resolve) => { browser.once("exit", resolve); });
process.once("exit", () => { browser.kill(); });
const address = await new Promise((resolve) => {
  let said = "";
  browser.stderr.on("data", (chunk) => {
    said += chunk;
    const [url] = /ws:\/\/\S+/u.exec(said) ?? [];
    if (url) resolve(url);
  });
});
const socket = new WebSocket(address);
await new Promise((resolve) => { socket.once("open", resolve); });
let lastId = 0;
const waiting = new Map();
socket.on("message", (data) => {
  const { id, result } = JSON.parse(data);
  waiting.get(id)?.(result);
});
const send = (method, params, sessionId) => new Promise((resolve) => {
  lastId += 1;
  waiting.set(lastId, resolve);
  socket.send(JSON.stringify({ id: lastId, method, params, sessionId }));
});

console.log(`${(await send("Browser.getVersion")).product}, playwright-core 1.65.1`);
const { targetId } = await send("Target.createTarget", { url: "data:text/html,page" });
const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
const scheme = async () => {
  const expression = "matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'";
  return (await send("Runtime.evaluate", { expression }, sessionId)).result.value;
};
const schemes = async (options) => {
  const features = [{ name: "prefers-color-scheme", value: "dark" }];
  await send("Emulation.setEmulatedMedia", { features }, sessionId);
  const before = await scheme();
  const other = await chromium.connectOverCDP(address, options);
  const connected = await scheme();
  await other.close();
  return [before, connected, await scheme()].join(", ");
};
const seen = { noDefaults: await schemes({ noDefaults: true }), defaults: await schemes({}) };
const recorded = { noDefaults: "dark, dark, dark", defaults: "dark, light, light" };
console.log("expected before connecting, connected, after close(): dark, dark, dark");
console.log("seen:", seen);
await send("Browser.close");
await exited;
process.exit(JSON.stringify(seen) === JSON.stringify(recorded) ? 0 : 1);
JS
BROWSER="$browser" node look.mjs
