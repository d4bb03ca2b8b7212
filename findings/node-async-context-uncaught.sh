#!/usr/bin/env bash
# Node 22: in 'uncaughtException', AsyncLocalStorage has lost the store if a callback of queueMicrotask threw. Node 24 keeps it. So
# a log line can name its request only in Node 24.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
platform=$(node -p 'process.platform.replace("win32", "win") + "-" + process.arch')
npm install --no-audit --no-fund --loglevel=error "node22@npm:node-$platform@22.12.0" "node24@npm:node-$platform@24.21.0" >/dev/null

cat >look.mjs <<'JS'
import { AsyncLocalStorage } from "node:async_hooks";

const storage = new AsyncLocalStorage();
process.on("uncaughtException", () => { console.log(storage.getStore() ?? "nothing"); });
storage.run("request 1", () => {
  queueMicrotask(() => { throw new Error("thrown in a microtask"); });
});
JS
seen=
for node in node22 node24; do
  seen+="$("node_modules/$node/bin/node" --version): $("node_modules/$node/bin/node" look.mjs); "
done
echo 'expected: v22.12.0: request 1; v24.21.0: request 1;'
echo "seen: $seen"
[ "$seen" = 'v22.12.0: nothing; v24.21.0: request 1; ' ]
