import {assert} from 'chai';
import {MAX_PLAYER_MESSAGE_BYTES, closeAction, parsePlayerMessage, parsePreviewToken, parseServerMessage} from '../../src/protocol.js';
import type {Parsed, PlayerMessage} from '../../src/protocol.js';

describe('the protocol', () => {
  it('reads a message and leaves out members it does not know', () => {
    const parsed = parseServerMessage('{"type": "cursor", "cursor": "pointer", "colour": "red"}');
    assert.deepEqual(parsed, {kind: 'message', message: {type: 'cursor', cursor: 'pointer'}});
  });

  it('ignores a type it does not know, and nothing of Object.prototype is one', () => {
    for (const type of ['holo', 'constructor', '__proto__', 'toString']) {
      assert(parseServerMessage(JSON.stringify({type})).kind === 'unknown', type);
    }
  });

  it('does not take a member from a polluted prototype', () => {
    const parsed = parseServerMessage('{"type": "pong", "__proto__": {"t": 1}}');
    assert(parsed.kind === 'malformed', parsed.kind);
  });

  it('counts bytes, not characters', () => {
    const text = (length: number) => JSON.stringify({type: 'text', text: '世'.repeat(length)});
    const overhead = text(0).length;
    const most = Math.floor((MAX_PLAYER_MESSAGE_BYTES - overhead) / 3);
    assert(parsePlayerMessage(text(most)).kind === 'message', 'as long as allowed');
    assert(parsePlayerMessage(text(most + 1)).kind === 'malformed', 'one too many');
  });

  it('reads an ack alike however it is written, and refuses what is no number of frames', () => {
    const ack = (frames: number): Parsed<PlayerMessage> => ({kind: 'message', message: {type: 'ack', frames}});
    for (const text of ['{"type":"ack","frames":7}', '{"type": "ack", "frames": 7}', '{"frames":7,"type":"ack"}', '{"type":"ack","frames":7e0,"more":1}']) {
      assert.deepEqual(parsePlayerMessage(text), ack(7), text);
    }
    for (const frames of [0, 10, Number.MAX_SAFE_INTEGER]) assert.deepEqual(parsePlayerMessage(`{"type":"ack","frames":${frames}}`), ack(frames));
    for (const frames of ['007', '-1', '1.5', '9007199254740993', '', '"7"']) {
      assert(parsePlayerMessage(`{"type":"ack","frames":${frames}}`).kind === 'malformed', frames);
    }
    for (const text of [' {"type":"ack","frames":7}', '{"type":"ack","frames":7}\n']) assert.deepEqual(parsePlayerMessage(text), ack(7), text);
    assert(parsePlayerMessage('{"type":"ack","frames":7}}').kind === 'malformed', 'one bracket more');
  });

  it('names the wrong member of a preview token and never its value', () => {
    try {
      parsePreviewToken({url: 'wss://example.com/?token=secret', expires_at: 'secret', input_enabled: true, fps: 5});
    } catch (error) {
      assert(error instanceof TypeError && error.message.includes('expires_at') && !error.message.includes('secret'), String(error));
      return;
    }
    throw new Error('It was taken.');
  });

  it('takes an unknown close code for a broken connection', () => {
    assert(closeAction(1006) === 'retry' && closeAction(1015) === 'retry' && closeAction(4999) === 'retry', 'retry');
    assert(closeAction(4401) === 'mint' && closeAction(4410) === 'end' && closeAction(4400) === 'fail', 'the named ones');
  });
});
