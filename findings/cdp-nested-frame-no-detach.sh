#!/usr/bin/env bash
# CDP: when a page with a cross-site frame in a cross-site frame is left, Target.detachedFromTarget is sent only for the outer frame's
# session. The inner frame's session is gone without an event, and its pending commands are never answered.
set -euo pipefail

browser=$(command -v chromium || command -v google-chrome || true)
[ -n "$browser" ] || { echo 'needs Chromium: neither chromium nor google-chrome is on PATH'; exit 77; }

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --loglevel=error playwright-core@1.65.1 ws@8.18.3 >/dev/null

cat >look.mjs <<'JS'
import { createServer } from "node:http";
import { once } from "node:events";
import { chromium } from "playwright-core";
import { WebSocket } from "ws";

const site = createServer(({ url }, response) => {
  const port = site.address().port;
  const inner = { "/": `http://localhost:${port}/outer`, "/outer": `http://127.0.0.1:${port}/inner` }[url];
  response.setHeader("content-type", "text/html");
  response.end(`<title>${url}</title>${inner ? `<iframe src="${inner}"></iframe>` : ""}`);
}).listen(0, "127.0.0.1");
await once(site, "listening");
const origin = `http://127.0.0.1:${site.address().port}`;

const devtools = 9222 + (process.pid % 1000);
const browser = await chromium.launch({
  executablePath: process.env.BROWSER,
  args: [`--remote-debugging-port=${devtools}`, ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
});
console.log(`Chromium ${browser.version()}`);
const { webSocketDebuggerUrl } = await (await fetch(`http://127.0.0.1:${devtools}/json/version`)).json();
const socket = new WebSocket(webSocketDebuggerUrl, { perMessageDeflate: false });
await once(socket, "open");

let lastId = 0;
const replies = new Map();
const events = [];
let note = () => {};
socket.on("message", (data) => {
  const message = JSON.parse(data);
  if (message.id) replies.get(message.id)?.(message);
  else events.push(message), note();
});
const send = (sessionId, method, params = {}) => {
  const id = ++lastId;
  socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }));
  return new Promise((resolve) => replies.set(id, resolve));
};
const event = (matches) => new Promise((resolve) => {
  note = () => {
    const found = events.find(matches);
    if (found) resolve(found);
  };
  note();
});

const { result: { targetId } } = await send("", "Target.createTarget", { url: "about:blank" });
const { result: { sessionId: page } } = await send("", "Target.attachToTarget", { targetId, flatten: true });
const follow = async (session, path) => {
  await send(session, "Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: true });
  const { params } = await event(({ method, sessionId }) => method === "Target.attachedToTarget" && sessionId === session);
  await send(params.sessionId, "Runtime.evaluate", { expression: "1" });
  console.log(`${path}: has a session of its own`);
  return params.sessionId;
};
await send(page, "Page.enable");
await send(page, "Page.navigate", { url: `${origin}/` });
const outer = await follow(page, "the outer frame");
const inner = await follow(outer, "the inner frame");

const answered = {};
for (const [name, session] of Object.entries({ outer, inner })) {
  send(session, "Runtime.evaluate", { expression: "new Promise(() => {})", awaitPromise: true }).then(() => (answered[name] = true));
}
await send(page, "Page.navigate", { url: "about:blank" });
await event(({ method, params }) => method === "Target.detachedFromTarget" && params.sessionId === outer);
const { error } = await send(inner, "Runtime.evaluate", { expression: "1" });
await new Promise((resolve) => setTimeout(resolve, 2000));
const seen = {
  "outer: detached": events.some(({ method, params }) => method === "Target.detachedFromTarget" && params.sessionId === outer),
  "inner: detached": events.some(({ method, params }) => method === "Target.detachedFromTarget" && params.sessionId === inner),
  "inner: pending call answered": answered.inner === true,
  "inner: a new call": error?.message,
};
const recorded = {
  "outer: detached": true, "inner: detached": false, "inner: pending call answered": false, "inner: a new call": "Session with given id not found.",
};
console.log("expected: both are detached, or what the inner one was asked is answered");
console.log("seen:", seen);
socket.close();
await browser.close();
site.close();
process.exit(JSON.stringify(seen) === JSON.stringify(recorded) ? 0 : 1);
JS
BROWSER="$browser" node look.mjs
