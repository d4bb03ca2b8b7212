import {PassThrough} from 'node:stream';
import {mock} from 'node:test';
import * as fc from 'fast-check';
import {expect, test} from 'playwright/test';
import {Receiver} from 'ws';
import {CdpPings} from '../../demo/server/cdp-pings.js';

test.beforeEach(() => mock.timers.enable({apis: ['setInterval']}));
test.afterEach(() => mock.timers.reset());

/** A browser's frame, which is not masked. */
function frame(payload: Buffer, firstByte = 0x81): Buffer {
  const {length} = payload;
  const header = length < 126 ? Buffer.from([firstByte, length]) : length < 65_536 ? Buffer.from([firstByte, 126, length >> 8, length & 255])
    : Buffer.concat([Buffer.from([firstByte, 127]), Buffer.from(length.toString(16).padStart(16, '0'), 'hex')]);
  return Buffer.concat([header, payload]);
}

test('pings come between two frames, wherever the bytes are cut and whenever they are due; the frames stay as they are', async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.constantFrom(0, 1, 125, 126, 300, 65_535, 65_536, 70_000), {minLength: 1, maxLength: 6}), fc.array(fc.integer({min: 1, max: 40_000}), {minLength: 1, maxLength: 30}),
    async (lengths, cuts) => {
      const client = new PassThrough();
      const pings = new CdpPings(client);
      const receiver = new Receiver({isServer: false, skipUTF8Validation: true});
      const messages: number[] = [];
      let pingCount = 0;
      receiver.on('message', (data: Buffer) => messages.push(data.length)).on('ping', () => pingCount++);
      const problem = new Promise<Error>((resolve) => receiver.once('error', resolve));
      pings.pipe(receiver);
      const bytes = Buffer.concat(lengths.map((length) => frame(Buffer.alloc(length, 'x'))));
      let at = 0;
      for (let index = 0; at < bytes.length; index++) {
        const cut = cuts[index % cuts.length] ?? 1;
        await new Promise((resolve) => pings.write(bytes.subarray(at, at += cut), resolve));
        mock.timers.tick(5_000);
      }
      pings.end();
      expect(await Promise.race([problem, new Promise((resolve) => receiver.once('finish', () => resolve('read')))])).toBe('read');
      expect(messages).toEqual(lengths);
      expect(pingCount).toBeGreaterThan(0);
      client.destroy();
    },
  ), {numRuns: 60});
});

test('no ping follows the browser\'s close, and a client that is silent for five minutes is disconnected', () => {
  const {now} = performance;
  const client = new PassThrough();
  const pings = new CdpPings(client);
  const sent: Buffer[] = [];
  pings.on('data', (bytes: Buffer) => sent.push(bytes));
  mock.timers.tick(10_000);
  pings.write(frame(Buffer.from([3, 232]), 0x88));
  mock.timers.tick(10_000);
  expect(Buffer.concat(sent).toString('hex')).toBe('89008900880203e8');
  try {
    performance.now = () => now.call(performance) + 299_000;
    mock.timers.tick(5_000);
    expect(client.destroyed).toBe(false);
    performance.now = () => now.call(performance) + 301_000;
    mock.timers.tick(5_000);
    expect(client.destroyed).toBe(true);
  } finally {
    performance.now = now;
  }
});
