import {expect, test} from 'playwright/test';
import {parseMessage} from '../../demo/server/session/cdp-message.js';

test('a frame\'s message is parsed like JSON, and so is one that only begins like a frame', () => {
  const metadata = {offsetTop: 0, pageScaleFactor: 1, deviceWidth: 1280, deviceHeight: 720, scrollOffsetX: 0, scrollOffsetY: 0, timestamp: 1.5};
  for (const message of [
    {method: 'Page.screencastFrame', params: {data: Buffer.alloc(200_000, 'chaser').toString('base64'), metadata, sessionId: 1}, sessionId: 'A1'},
    {method: 'Page.screencastFrame', params: {data: '', metadata, sessionId: 2}, sessionId: 'ünïcode'},
    {method: 'Page.screencastFrame', params: {metadata, data: 'AAAA', sessionId: 3}},
    {method: 'Page.screencastFrame', params: {data: 'AAAA'}},
    {method: 'Page.screencastVisibilityChanged', params: {visible: true}, sessionId: 'A1'},
    {id: 1, result: {text: '{"method":"Page.screencastFrame","params":{"data":"'}},
    {id: 2, error: {message: 'ü'}},
  ]) expect(parseMessage(Buffer.from(JSON.stringify(message)))).toEqual(message);
});
