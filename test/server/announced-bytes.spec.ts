import {mock} from 'node:test';
import {expect, test} from 'playwright/test';
import {AnnouncedBytes, type ByteReceiver} from '../../demo/server/announced-bytes.js';

/** Records the bytes that it receives, and how they ended. */
class Heard implements ByteReceiver {
  readonly #story: string[];
  readonly #name: string;

  constructor(name: string, story: string[]) {
    this.#name = name;
    this.#story = story;
  }

  write(bytes: Buffer): void {
    this.#story.push(`${this.#name} ${bytes.toString()}`);
  }

  end(): void {
    this.#story.push(`${this.#name} end`);
  }

  forfeit(): void {
    this.#story.push(`${this.#name} forfeit`);
  }
}

test('each announcement gets exactly its bytes, in order, and unannounced bytes are ignored', () => {
  const story: string[] = [];
  const announced = new AnnouncedBytes();
  announced.receive(Buffer.from('before'));
  announced.announce(5, new Heard('one', story));
  announced.receive(Buffer.from('abc'));
  announced.receive(Buffer.alloc(0));
  announced.receive(Buffer.from('defgh'));
  announced.receive(Buffer.from('after'));
  announced.announce(0, new Heard('empty', story));
  announced.announce(2, new Heard('two', story));
  announced.receive(Buffer.from('ij'));
  announced.cancel();
  expect(story).toEqual(['one abc', 'one de', 'one end', 'empty end', 'two ij', 'two end']);
});

test('a new announcement or a cancel forfeits the missing bytes, once', () => {
  const story: string[] = [];
  const announced = new AnnouncedBytes();
  announced.announce(9, new Heard('one', story));
  announced.receive(Buffer.from('a'));
  announced.announce(9, new Heard('two', story));
  announced.receive(Buffer.from('b'));
  announced.cancel();
  announced.cancel();
  announced.receive(Buffer.from('c'));
  expect(story).toEqual(['one a', 'one forfeit', 'two b', 'two forfeit']);
});

test('a receiver that has enough cancels from within', () => {
  const story: string[] = [];
  const announced = new AnnouncedBytes();
  const receiver = new Heard('one', story);
  announced.announce(9, Object.assign(receiver, {write: () => announced.cancel()}));
  announced.receive(Buffer.from('abc'));
  announced.receive(Buffer.from('def'));
  expect(story).toEqual(['one forfeit']);
});

test('missing bytes are given up after 30 s of silence, however slowly they arrived before', () => {
  mock.timers.enable({apis: ['setTimeout']});
  const story: string[] = [];
  const announced = new AnnouncedBytes();
  try {
    announced.announce(4, new Heard('slow', story));
    for (const piece of 'ab') {
      mock.timers.tick(29_000);
      announced.receive(Buffer.from(piece));
    }
    expect(story).toEqual(['slow a', 'slow b']);
    mock.timers.tick(30_000);
    announced.receive(Buffer.from('cd'));
  } finally {
    mock.timers.reset();
  }
  expect(story).toEqual(['slow a', 'slow b', 'slow forfeit']);
});

test('the rate limit counts announced bytes before they arrive', () => {
  const announced = new AnnouncedBytes();
  const sizes = Array.from({length: 40}, () => 8 * 1024 * 1024);
  expect(sizes.filter((size) => announced.afford(size)).length).toBe(16);
  expect(announced.afford(64)).toBe(true);
});
