import {readFile} from 'node:fs/promises';
import type {IncomingMessage} from 'node:http';
import type {Duplex} from 'node:stream';
import {
  CLOSE_CODE, type DialogMessage, type HelloMessage, MAX_PLAYER_MESSAGE_BYTES, PROTOCOL_VERSION, type PlayerMessage, parsePlayerMessage, type SelectMessage,
} from 'chaser-live-view/protocol';
import {type WebSocket, WebSocketServer} from 'ws';

const TTL_MS = 10 * 60_000;
const BREAKS_AFTER_MS = 300;

/** The dialog or list that a still stream opens at a click, by the stream's name. */
const QUESTIONS: Readonly<Record<string, Omit<DialogMessage, 'id'> | Omit<SelectMessage, 'id'>>> = {
  confirm: {type: 'dialog', kind: 'confirm', message: 'Put a bag of Night Train into your cart?'},
  prompt: {type: 'dialog', kind: 'prompt', message: 'Who is it for?', defaultValue: 'Ada Lovelace'},
  select: {
    type: 'select', multiple: false, x: 402, y: 360, width: 210, height: 34,
    options: [
      {value: 'bean', label: 'Whole beans', selected: true, disabled: false},
      {value: 'filter', label: 'Filter', selected: false, disabled: false, group: 'Ground'},
      {value: 'espresso', label: 'Espresso', selected: false, disabled: false, group: 'Ground'},
      {value: 'turkish', label: 'Turkish (sold out)', selected: false, disabled: true, group: 'Ground'},
    ],
  },
};

/** Streams that do one thing each, so that the gallery can show how the element reacts. */
export class DemoStreams {
  readonly #server = new WebSocketServer({noServer: true, maxPayload: MAX_PLAYER_MESSAGE_BYTES});
  readonly #picture = readFile(new URL('pages/still.jpg', import.meta.url));

  /**
   * `reconnecting` breaks, over and over. All others show one picture: `stalled` answers one ping and then nothing,
   * `watch` is watch-only, and the others open a dialog or a list.
   */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer, kind: string): void {
    this.#server.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', () => socket.terminate());
      setTimeout(() => socket.close(CLOSE_CODE.normal), TTL_MS).unref();
      const question = Object.hasOwn(QUESTIONS, kind) ? QUESTIONS[kind] : undefined;
      const hello: HelloMessage = {
        type: 'hello', protocol: PROTOCOL_VERSION, session: 'sess_demo', input_enabled: question !== undefined, fps: 5,
        expires_at: new Date(Date.now() + TTL_MS).toISOString(), viewport: {width: 1280, height: 720},
      };
      socket.send(JSON.stringify(hello));
      if (kind === 'reconnecting') return void setTimeout(() => socket.close(CLOSE_CODE.serviceRestart), BREAKS_AFTER_MS).unref();
      void this.#picture.then((jpeg) => socket.send(jpeg));
      if (kind === 'stalled') answerOnce(socket);
      if (question) askWhenClicked(socket, question);
    });
  }

  close(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }
}

/** Answers one ping. The element does not report a server as quiet that has never answered a ping. */
function answerOnce(socket: WebSocket): void {
  let hasAnswered = false;
  hear(socket, (message) => {
    if (message.type !== 'ping' || hasAnswered) return;
    hasAnswered = true;
    socket.send(JSON.stringify({type: 'pong', t: message.t}));
  });
}

function askWhenClicked(socket: WebSocket, question: object): void {
  let asked = 0;
  hear(socket, (message) => {
    const isClick = message.type === 'mouse' ? message.event === 'up' : message.type === 'touch' ? message.event === 'end'
      : message.type === 'key' && message.event === 'up' && message.key === 'Enter';
    if (!isClick) return;
    asked++;
    socket.send(JSON.stringify({...question, id: `${asked}`}));
  });
}

function hear(socket: WebSocket, onMessage: (message: PlayerMessage) => void): void {
  socket.on('message', (data: Buffer) => {
    const parsed = parsePlayerMessage(data.toString());
    if (parsed.kind === 'message') onMessage(parsed.message);
  });
}
