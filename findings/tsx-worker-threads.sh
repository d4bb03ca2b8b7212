#!/usr/bin/env bash
# tsx: it transpiles imports, and not the file of new Worker(new URL("./part.ts", import.meta.url)) of node:worker_threads. In a Node
# that does not strip types by itself (22.12), the worker fails.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
platform=$(node -p 'process.platform.replace("win32", "win") + "-" + process.arch')
npm install --no-audit --no-fund --loglevel=error "node22@npm:node-$platform@22.12.0" tsx@4.23.15 >/dev/null

mkdir app
echo '{ "type": "module" }' >app/package.json
cat >app/part.ts <<'TS'
import { parentPort } from "node:worker_threads";

export const word: string = "reached";
parentPort?.postMessage(word);
TS
cat >app/imports.ts <<'TS'
import { word } from "./part.ts";

console.log(word);
TS
cat >app/works.ts <<'TS'
import { Worker } from "node:worker_threads";

const worker = new Worker(new URL("./part.ts", import.meta.url));
worker.on("message", (word: string) => { console.log(word); });
worker.on("error", (error: NodeJS.ErrnoException) => { console.log(error.code); });
TS
node=node_modules/node22/bin/node
seen="import: $($node --import tsx app/imports.ts), Worker: $($node --import tsx app/works.ts)"
echo "Node $($node --version), tsx 4.23.15"
echo 'expected: import: reached, Worker: reached'
echo "seen: $seen"
[ "$seen" = 'import: reached, Worker: ERR_UNKNOWN_FILE_EXTENSION' ]
