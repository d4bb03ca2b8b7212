#!/usr/bin/env bash
# Node 22: when the server refuses the upgrade (401), WebSocket fires error and no close, and readyState stays 0 (CONNECTING). The
# standard and Node 24 fire both. Code that reconnects on close waits for ever.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
platform=$(node -p 'process.platform.replace("win32", "win") + "-" + process.arch')
npm install --no-audit --no-fund --loglevel=error "node22@npm:node-$platform@22.12.0" "node24@npm:node-$platform@24.21.0" >/dev/null

cat >look.mjs <<'JS'
import { createServer } from "node:http";

const server = createServer();
server.on("upgrade", (request, socket) => { socket.end("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"); });
server.listen(0, "localhost", () => {
  const socket = new WebSocket(`ws://localhost:${server.address().port}`);
  const events = [];
  const report = () => {
    console.log(`${events.join(" and ")}, readyState ${socket.readyState}`);
    process.exit();
  };
  socket.addEventListener("close", () => { events.push("close"); report(); });
  socket.addEventListener("error", () => { events.push("error"); setTimeout(report, 3000); });
});
JS
seen=
for node in node22 node24; do
  seen+="$("node_modules/$node/bin/node" --version): $("node_modules/$node/bin/node" look.mjs); "
done
echo 'expected: error and close, readyState 3, of both'
echo "seen: $seen"
[ "$seen" = 'v22.12.0: error, readyState 0; v24.21.0: error and close, readyState 3; ' ]
