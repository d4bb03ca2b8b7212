import type {Navigation, ServerMessage} from 'chaser-live-view/protocol';
import type {BrowserSession} from '../../demo/server/session/session.js';
import type {Seat, Viewer, ViewerMessage} from '../../demo/server/session/viewer.js';
import {News} from './news.js';

type Entry = {readonly jpeg: Buffer; readonly atMs: number} | {readonly message: ServerMessage};
type MessageOf<Type extends ServerMessage['type']> = Extract<ServerMessage, {type: Type}>;

/** A viewer that records every frame and message of a session, and can wait for them. */
export class TestViewer implements Viewer {
  /** The frames and messages, in the order of arrival. */
  readonly entries: Entry[] = [];
  readonly navigation: Navigation;
  readonly seat: Seat;
  isEnded = false;
  readonly #news = new News(() => `${JSON.stringify(this.messages)} and ${this.frames.length} frames`);

  constructor(session: BrowserSession, navigation: Navigation = 'none') {
    this.navigation = navigation;
    this.seat = session.join(this);
  }

  get frames(): readonly {readonly jpeg: Buffer; readonly atMs: number}[] {
    return this.entries.flatMap((entry) => 'jpeg' in entry ? [entry] : []);
  }

  get messages(): readonly ServerMessage[] {
    return this.entries.flatMap((entry) => 'message' in entry ? [entry.message] : []);
  }

  of<Type extends ServerMessage['type']>(type: Type): readonly MessageOf<Type>[] {
    return this.messages.filter((message): message is MessageOf<Type> => message.type === type);
  }

  show(jpeg: Buffer): void {
    this.#note({jpeg, atMs: performance.now()});
  }

  tell(message: ServerMessage): void {
    this.#note({message});
  }

  end(): void {
    this.isEnded = true;
    this.#news.tell();
  }

  send(message: ViewerMessage): void {
    this.seat.receive(message);
  }

  click(x: number, y: number): void {
    this.press(x, y);
    this.send({type: 'mouse', event: 'up', x, y, button: 0, buttons: 0, modifiers: 0, clickCount: 1});
  }

  press(x: number, y: number): void {
    this.move(x, y);
    this.send({type: 'mouse', event: 'down', x, y, button: 0, buttons: 1, modifiers: 0, clickCount: 1});
  }

  move(x: number, y: number): void {
    this.send({type: 'mouse', event: 'move', x, y, button: -1, buttons: 0, modifiers: 0});
  }

  tap(x: number, y: number): void {
    const point = {id: 0, x, y, radiusX: 10, radiusY: 10, rotationAngle: 0, force: 1};
    this.send({type: 'touch', event: 'start', points: [point], modifiers: 0});
    this.send({type: 'touch', event: 'end', points: [], modifiers: 0});
  }

  key(key: string, keyCode: number, modifiers = 0): void {
    const code = key === ' ' ? 'Space' : key;
    for (const event of ['down', 'up'] as const) {
      this.send({type: 'key', event, key, code, keyCode, location: 0, repeat: false, modifiers});
    }
  }

  /** Waits until `isTrue` returns true. Checks whenever something arrives. */
  async until(what: string, isTrue: () => boolean): Promise<void> {
    await this.#news.until(isTrue, what);
  }

  /** The first message of this type, from the entry at `since` on, that `isRight`. */
  async message<Type extends ServerMessage['type']>(
    type: Type, isRight: (message: MessageOf<Type>) => boolean = () => true, since = 0,
  ): Promise<MessageOf<Type>> {
    const find = () => this.entries.slice(since).flatMap((entry) => 'message' in entry ? [entry.message] : [])
      .find((message): message is MessageOf<Type> => message.type === type && isRight(message as MessageOf<Type>));
    return this.#news.until(find, `a ${type} message`);
  }

  #note(entry: Entry): void {
    this.entries.push(entry);
    this.#news.tell();
  }
}
