import {assert} from 'chai';
import {MAX_PLAYER_MESSAGE_BYTES, closeAction, parsePlayerMessage, parsePreviewToken, parseServerMessage} from '../../src/protocol.js';
import type {Parsed, PlayerMessage, ServerMessage} from '../../src/protocol.js';

describe('the protocol', () => {
  it('reads a message and leaves out members it does not know', () => {
    const parsed = parseServerMessage('{"type": "cursor", "cursor": "pointer", "colour": "red"}');
    assert.deepEqual(parsed, {kind: 'message', message: {type: 'cursor', cursor: 'pointer'}});
  });

  it('ignores unknown types, also names of Object.prototype', () => {
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

  it('parses an ack in any notation, and refuses invalid numbers', () => {
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

  it('reads each message of sections 9 to 13 as it is written, and refuses one whose member is wrong', () => {
    const player: readonly PlayerMessage[] = [
      {type: 'accept', patches: true}, {type: 'refresh'}, {type: 'continue', viewer: 'v'}, {type: 'handoff', id: 'hand_1', status: 'failed', note: 'n'.repeat(500)},
      {type: 'control', action: 'take'}, {type: 'tab', action: 'new'}, {type: 'tab', action: 'close', id: '1'}, {type: 'navigate', action: 'back'},
      {type: 'navigate', action: 'to', url: 'https://example.com/'}, {type: 'file', id: '1', name: 'a.txt', size: 5, mime: 'text/plain', offset: 2},
      {type: 'file_chooser', id: '1', done: true}, {type: 'file_chooser', id: '1', cancel: true}, {type: 'paste', items: [{type: 'text/plain', size: 3}]},
      {type: 'mouse', event: 'leave', t: 1.5}, {type: 'touch', event: 'move', points: [], modifiers: 0, t: 2, path: [[0, 1, 2, 3]]},
      {type: 'key', event: 'down', key: 'a', code: 'KeyA', keyCode: 65, location: 0, repeat: false, modifiers: 0, text: 'a'},
    ];
    for (const message of player) assert.deepEqual(parsePlayerMessage(JSON.stringify(message)), {kind: 'message', message});
    const server: readonly ServerMessage[] = [
      {type: 'patch', copies: [[0, 0, 16, 16, 32, 48]]}, {type: 'handoff', id: 'hand_1', instructions: 'Solve it', expires_at: '2026-06-13T11:54:41.836Z'},
      {type: 'handoff_closed', id: 'hand_1', status: 'session_ended'}, {type: 'control', driver: 'other', viewers: 3},
      {type: 'tabs', tabs: [{id: '1', url: 'https://example.com/', title: '', active: true}], back: true, forward: false, loading: false},
      {type: 'file_chooser', id: '1', multiple: true, accept: 'image/*'}, {type: 'file_chooser_closed', id: '1'},
      {type: 'download', id: '1', name: 'a.pdf', size: 3, url: 'https://example.com/'}, {type: 'download', id: '1', name: 'a.pdf', error: 'too_large'},
      {type: 'clipboard', text: 'a', html: '<b>a</b>', by: 'person'}, {type: 'focus', editable: true, x: 1, y: 2, width: 3, height: 4},
      {
        type: 'hello', protocol: 1, session: 'sess_1', input_enabled: true, fps: 5, expires_at: '2026-06-13T11:54:41.836Z', viewport: {width: 1, height: 1},
        viewer: 'v', features: ['patches'], navigation: 'history', touch: false,
      },
    ];
    for (const message of server) assert.deepEqual(parseServerMessage(JSON.stringify(message)), {kind: 'message', message});
    for (const wrong of [
      {type: 'handoff', id: '1', status: 'done', note: 'n'.repeat(501)}, {type: 'handoff', id: '1', status: 'expired'}, {type: 'file_chooser', id: '1'},
      {type: 'tab', action: 'close'}, {type: 'navigate', action: 'to'}, {type: 'file', id: '1', name: 'a', size: -1, mime: ''},
      {type: 'paste', items: [{type: 'text/rtf', size: 1}]}, {type: 'touch', event: 'move', points: [], modifiers: 0, path: [[0, 1, 2]]},
    ]) assert(parsePlayerMessage(JSON.stringify(wrong)).kind === 'malformed', JSON.stringify(wrong));
    for (const copies of [[[0, 0, 16, 16, 32]], [[0, 0, 16.5, 16, 32, 48]], [[-1, 0, 16, 16, 32, 48]], Array.from({length: 65}, () => [0, 0, 1, 1, 0, 0])]) {
      assert(parseServerMessage(JSON.stringify({type: 'patch', copies})).kind === 'malformed', JSON.stringify(copies).slice(0, 80));
    }
  });

  it('takes an unknown close code for a broken connection', () => {
    assert(closeAction(1006) === 'retry' && closeAction(1015) === 'retry' && closeAction(4999) === 'retry', 'retry');
    assert(closeAction(4401) === 'mint' && closeAction(4410) === 'end' && closeAction(4400) === 'fail', 'the named ones');
  });
});
