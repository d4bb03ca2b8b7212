import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {expect, test} from 'playwright/test';
import {DrivenSession} from '../support/driven-session.js';

test.describe.configure({timeout: 30_000});

const botd = readFileSync(createRequire(import.meta.url).resolve('@fingerprintjs/botd').replace(/[^/]+$/, 'botd.esm.js'), 'utf8');

test('a bot detector says of a session that somebody watches and clicks in what it says of one left alone', async () => {
  const driven = await DrivenSession.start('desktop');
  try {
    await driven.open(driven.recording.page('botd', '<button style="position: absolute; left: 50px; top: 50px; width: 200px; height: 100px">b</button><textarea style="position: absolute; left: 50px; top: 200px"></textarea>'));
    const source = `data:text/javascript;base64,${Buffer.from(botd).toString('base64')}`;
    const verdict = () => driven.evaluate(`import(${JSON.stringify(source)}).then(({load}) => load({monitoring: false})).then((detector) => { detector.collect; return Promise.resolve(detector.collect?.()).then(() => JSON.stringify(detector.detect())); })`);
    const before = await verdict();
    expect(before).toContain('"bot":');
    const hand = driven.hand();
    await hand.until(() => hand.frames > 0);
    for (let x = 0; x < 40; x++) hand.move(60 + x, 80);
    hand.click(100, 80);
    await driven.recording.next('click');
    hand.click(100, 210);
    hand.press('a', {code: 'KeyA', keyCode: 65});
    hand.send({type: 'copy'});
    await hand.next('clipboard');
    expect(await verdict()).toBe(before);
  } finally {
    await driven.stop();
  }
});
