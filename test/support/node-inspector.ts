import {CdpConnection} from '../../demo/server/session/cdp.js';
import type {ServerProcess} from './server-process.js';

/** For `ServerProcess.start`: the server's own Node can be inspected, at a free port. */
export const INSPECTED = {NODE_OPTIONS: '--inspect=127.0.0.1:0'};

/** Looks into the heap of a server that was started as `INSPECTED`. */
export class NodeInspector {
  readonly #connection: CdpConnection;

  static async open(server: ServerProcess): Promise<NodeInspector> {
    const url = /^Debugger listening on (ws:\S+)$/m.exec(server.output)?.[1];
    if (url === undefined) throw new Error(`The server cannot be inspected. It said: ${server.output}`);
    return new NodeInspector(await CdpConnection.open(url));
  }

  private constructor(connection: CdpConnection) {
    this.#connection = connection;
  }

  /** The bytes that the process holds: what is left on its heap, and in buffers beside it, once all else is collected. */
  async heldBytes(): Promise<number> {
    const {browser: node} = this.#connection;
    await node.send('HeapProfiler.collectGarbage');
    const {result} = await node.send('Runtime.evaluate', {expression: '{const {heapUsed, external} = process.memoryUsage(); heapUsed + external}'});
    return Number(result.value);
  }

  close(): void {
    this.#connection.close();
  }
}
