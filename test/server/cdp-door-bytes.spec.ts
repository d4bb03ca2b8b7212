import {PassThrough} from 'node:stream';
import {expect, test} from 'playwright/test';
import {CdpDoor} from '../../demo/server/cdp-door.js';
import {FrameReader, frameOf, OPCODE} from '../../demo/server/ws-frames.js';

/** The messages that reach the browser when a client sends `texts`. */
function through(texts: readonly string[]): string[] {
  const passed: string[] = [];
  const [client, replies, browser] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const reader = new FrameReader();
  const write = browser.write.bind(browser);
  browser.write = (bytes: Buffer) => {
    reader.read(bytes, (piece) => passed.push(piece.bytes.toString()));
    return write(bytes);
  };
  CdpDoor.join({client, replies, browser, folder: {}, onCommand: () => {}}, Buffer.concat(texts.map((text) => frameOf(Buffer.from(text), {opcode: OPCODE.text, isFin: true, isMasked: true}))));
  for (const stream of [client, replies, browser]) stream.destroy();
  return passed;
}

test('a command is forwarded as the server parsed it, even if another parser could read it differently', () => {
  expect(through([
    '{"id":1,"method":"Tethering.bind","params":{"port":29999},"method":"Browser.getVersion","params":{"a":1,"a":2}}',
    ' { "method" : "Page.enable", "id" : 2, "\\u0073essionId" : "x", "more" : "Tethering.bind" } ',
  ])).toEqual([
    '{"id":1,"method":"Browser.getVersion","params":{"a":2}}',
    '{"id":2,"method":"Page.enable","sessionId":"x"}',
  ]);
});
