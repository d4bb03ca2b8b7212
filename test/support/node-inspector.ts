import {CdpConnection} from '../../demo/server/session/cdp.js';
import type {ServerProcess} from './server-process.js';

/** Environment for `ServerProcess.start` that opens the inspector of the server's Node, at a free port. */
export const INSPECTED = {NODE_OPTIONS: '--inspect=127.0.0.1:0'};

/** Reads the heap of a server that was started with `INSPECTED`. */
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

  /** The bytes on the process's heap and in its buffers after garbage collection. */
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
