import {readFile} from 'node:fs/promises';
import type {IncomingMessage} from 'node:http';
import type {Duplex} from 'node:stream';
import {CLOSE_CODE, type HelloMessage, MAX_PLAYER_MESSAGE_BYTES, PROTOCOL_VERSION, parsePlayerMessage} from 'chaser-live-view/protocol';
import {type WebSocket, WebSocketServer} from 'ws';

const TTL_MS = 10 * 60_000;
const BREAKS_AFTER_MS = 300;

/** Streams that go wrong in one way each, for the gallery to show what the element makes of it. */
export class DemoStreams {
  readonly #server = new WebSocketServer({noServer: true, maxPayload: MAX_PLAYER_MESSAGE_BYTES});
  readonly #picture = readFile(new URL('pages/still.jpg', import.meta.url));

  /** `stalled` shows one picture, answers one ping, and says nothing more; `reconnecting` breaks, over and over. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer, kind: string): void {
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', () => socket.terminate());
      setTimeout(() => socket.close(CLOSE_CODE.normal), TTL_MS).unref();
      const hello: HelloMessage = {
        type: 'hello', protocol: PROTOCOL_VERSION, session: 'sess_demo', input_enabled: false, fps: 5,
        expires_at: new Date(Date.now() + TTL_MS).toISOString(), viewport: {width: 1280, height: 720},
      };
      socket.send(JSON.stringify(hello));
      if (kind === 'reconnecting') setTimeout(() => socket.close(CLOSE_CODE.serviceRestart), BREAKS_AFTER_MS).unref();
      else this.#stall(socket);
    });
  }

  #stall(socket: WebSocket): void {
    void this.#picture.then((jpeg) => socket.send(jpeg));
    // A server that never answered a ping owes no answer, and is not found quiet.
    const answer = (data: Buffer) => {
      const parsed = parsePlayerMessage(data.toString());
      if (parsed.kind !== 'message' || parsed.message.type !== 'ping') return;
      socket.send(JSON.stringify({type: 'pong', t: parsed.message.t}));
      socket.off('message', answer);
    };
    socket.on('message', answer);
  }

  close(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }
}
