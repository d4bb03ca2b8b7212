import {createServer, request, type IncomingMessage, type Server} from 'node:http';
import {connect} from 'node:net';
import type {Duplex} from 'node:stream';

/** A proxy that forwards requests and upgrades unchanged, `Host` included, to the server for their path. */
export class ReverseProxy {
  /** Without a slash at the end. */
  readonly url: string;
  readonly #server: Server;

  /**
   * `route` returns the address of the server for a path, without a slash at the end. A connection is cut if one of its ends sends nothing
   * for `idleLimitMs`. 0 means no limit.
   */
  static async start(route: (path: string) => string, idleLimitMs = 0): Promise<ReverseProxy> {
    const server = createServer((incoming, outgoing) => {
      const {method, url: path = '/', headers} = incoming;
      const behind = request(route(path) + path, {method, headers}, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(outgoing);
      });
      behind.on('error', () => outgoing.writeHead(502).end());
      incoming.pipe(behind);
    });
    server.on('upgrade', (incoming, client, head) => join(route(incoming.url ?? '/'), incoming, client, head, idleLimitMs));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The proxy has no port.');
    return new ReverseProxy(server, `http://127.0.0.1:${address.port}`);
  }

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

function join(target: string, {method, url, rawHeaders}: IncomingMessage, client: Duplex, head: Buffer, idleLimitMs: number): void {
  const {hostname, port} = new URL(target);
  const behind = connect(Number(port), hostname, () => {
    const lines = rawHeaders.flatMap((name, index) => index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1] ?? ''}`] : []);
    behind.write(`${method} ${url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    behind.write(head);
    client.pipe(behind).pipe(client);
  });
  if (idleLimitMs > 0) for (const one of [client, behind]) {
    const timer = setTimeout(() => one.destroy(), idleLimitMs);
    one.on('data', () => timer.refresh()).once('close', () => clearTimeout(timer));
  }
  for (const [one, other] of [[client, behind], [behind, client]] as const) one.on('error', () => other.destroy()).on('close', () => other.destroy());
}
