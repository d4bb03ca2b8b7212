import type {KeyMessage, PreviewToken} from 'chaser-live-view/protocol';
import {PreviewClient} from './server-process.js';

/** The point, key and finger that only one of a test's people uses, so that the test can tell their input apart. */
export interface Marks {
  readonly name: string;
  readonly x: number;
  readonly key: string;
}

/** A viewer of an exclusive session, on one socket after the other. */
export class ExclusivePerson {
  readonly marks: Marks;
  readonly #url: string;
  #client: PreviewClient;
  #viewer = '';

  static async meet(token: PreviewToken, marks: Marks): Promise<ExclusivePerson> {
    const person = new ExclusivePerson(token.url, marks);
    await person.#greet();
    return person;
  }

  private constructor(url: string, marks: Marks) {
    this.marks = marks;
    this.#url = url;
    this.#client = new PreviewClient(url);
  }

  get client(): PreviewClient {
    return this.#client;
  }

  /** The driver in the last `control` message. */
  get driver(): string | undefined {
    return this.#client.of('control').at(-1)?.driver;
  }

  async untilTold(driver: string): Promise<void> {
    await this.#client.until(() => this.driver === driver);
  }

  drop(): void {
    this.#client.close();
  }

  /** Connects with another socket, by default as the same viewer. */
  async comeBack(isSame = true): Promise<void> {
    this.#client = new PreviewClient(this.#url);
    await this.#greet(isSame ? this.#viewer : undefined);
  }

  press(): void {
    this.#mouse('down');
  }

  lift(): void {
    this.#mouse('up');
  }

  keyDown(): void {
    this.#key('down');
  }

  keyUp(): void {
    this.#key('up');
  }

  touch(): void {
    this.#finger('start');
  }

  untouch(): void {
    this.#finger('end');
  }

  type(text: string): void {
    this.#client.send({type: 'text', text});
  }

  async #greet(continued?: string): Promise<void> {
    const client = this.#client.ackAll();
    const {viewer = ''} = await client.until(() => client.of('hello')[0]);
    if (continued) client.send({type: 'continue', viewer: continued});
    this.#viewer = viewer;
    await client.untilHeard();
  }

  #mouse(event: 'down' | 'up'): void {
    this.#client.send({type: 'mouse', event, x: this.marks.x, y: 300, button: 0, buttons: event === 'down' ? 1 : 0, modifiers: 0, clickCount: 1});
  }

  #finger(event: 'start' | 'end'): void {
    const points = event === 'start' ? [{id: 0, x: this.marks.x, y: 300, radiusX: 5, radiusY: 5, rotationAngle: 0, force: 0.5}] : [];
    this.#client.send({type: 'touch', event, points, modifiers: 0});
  }

  #key(event: KeyMessage['event']): void {
    const {key} = this.marks;
    this.#client.send({type: 'key', event, key, code: key, keyCode: 111 + Number(key.slice(1)), location: 0, repeat: false, modifiers: 0});
  }
}
