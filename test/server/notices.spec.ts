import type {ServerMessage} from 'chaser-live-view/protocol';
import {expect, test} from 'playwright/test';
import {NativeUi} from '../../demo/server/session/native-ui.js';

test('a page that causes 70 notices shows ten of each kind', () => {
  const told: ServerMessage[] = [];
  const nativeUi = new NativeUi({tell: (message) => told.push(message), onTitle: () => {}});
  const {now} = performance;
  try {
    performance.now = () => 1_000_000;
    for (let count = 0; count < 70; count++) nativeUi.notice('program_declined');
    nativeUi.notice('page_crashed');
    expect(told.map((message) => message.type === 'error' && message.code)).toEqual([...Array.from({length: 10}, () => 'program_declined'), 'page_crashed']);
    // Two seconds allow one more.
    performance.now = () => 1_002_500;
    for (let count = 0; count < 70; count++) nativeUi.notice('program_declined');
    expect(told).toHaveLength(12);
  } finally {
    performance.now = now;
  }
});
