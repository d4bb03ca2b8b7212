/** A real Escape by X11, at a page itself and at its live view. Only a real one leaves full screen and ends a drag. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'playwright/test';
import {Driver} from '../support/driver.js';
import type {Recorded} from '../support/recorder.js';
import {RecordingServer} from '../support/recording-server.js';
import {root, ServerProcess} from '../support/server-process.js';
import {TWIN_HEAD} from '../support/twin-page.js';
import {differences, documentedDifferences, fromOwnStart} from '../support/twins.js';
import {X11Desktop} from '../support/x11-desktop.js';

const NAME = 'escape';
const BODY = `<style>
    body {margin: 0} body > * {position: absolute; left: 40px; width: 200px; height: 80px; margin: 0; box-sizing: border-box}
    #full {top: 40px; cursor: help} #thing {top: 240px; cursor: cell; background: teal} #place {top: 440px; background: silver} #field {top: 600px}
  </style>
  <button id="full" onclick="document.documentElement.requestFullscreen()">full</button><div id="thing" draggable="true"></div><div id="place"></div><input id="field">
  <script>
    addEventListener('fullscreenchange', () => field.focus());
    thing.ondragstart = (event) => event.dataTransfer.setData('text/plain', 'thing');
    place.ondragover = (event) => event.preventDefault();
  </script>`;
/** The size of the session's viewport, with which both the page itself and the live view fill their screens. */
const [WIDTH, HEIGHT] = [1280, 720];
/** After Escape has ended a drag, Chromium under X11 sends the page a mouse event, but not every time. */
const MAX_ATTEMPTS = 6;

/** Input for a page. */
interface Hand {
  /** Performs an action, and waits until the page has then received an event of a type. */
  readonly hand: (type: string, ...args: readonly string[]) => Promise<void>;
  /** Waits until the server has sent this cursor or input mode to the viewer. */
  readonly told: (what: string) => Promise<void>;
}
type Script = (hand: Hand) => Promise<void>;

let recording: RecordingServer;
let server: ServerProcess;

test.beforeAll(async () => {
  [recording, server] = await Promise.all([RecordingServer.start(), ServerProcess.start({CHASER_ALLOWED_ORIGINS: '*', CHASER_FPS: '10'})]);
});

test.afterAll(async () => {
  await Promise.all([recording?.stop(), server?.stop()]);
});

async function leaveFullScreen({hand, told}: Hand): Promise<void> {
  await hand('mousemove', 'mousemove', '100', '80');
  await told('help');
  await hand('fullscreenchange', 'click', '1');
  // The field gets the focus after full screen, so the server then knows of full screen, too.
  await told('text');
  await hand('fullscreenchange', 'key', 'Escape');
}

async function endDrag({hand, told}: Hand): Promise<void> {
  await hand('mousemove', 'mousemove', '100', '280');
  await told('cell');
  await hand('mousedown', 'mousedown', '1');
  await hand('dragenter', 'mousemove', '110', '300');
  await hand('dragover', 'mousemove', '120', '310');
  await hand('dragenter', 'mousemove', '120', '460');
  await hand('dragover', 'mousemove', '120', '470');
  await hand('dragend', 'keydown', 'Escape');
  await hand('keyup', 'keyup', 'Escape');
  await hand('mousemove', 'mousemove', '130', '480');
  await hand('mouseup', 'mouseup', '1');
}

test('Escape in full screen: a person at the page itself and one at its live view leave it, and the pages hear the same', async () => {
  const url = recording.page(NAME, BODY, 'top', TWIN_HEAD);
  const direct = await recordedAtPage(leaveFullScreen, url);
  const remote = await recordedAtLiveView(leaveFullScreen, url);
  expect(kinds(direct)).toEqual(expect.arrayContaining(['fullscreenchange html', 'click full', 'keyup field']));
  expect(direct.filter(({members}) => members['key'] === 'Escape')).toEqual([]);
  expect(differences(comparable(direct), comparable(remote), IGNORED)).toEqual([]);
});

test('Escape in a drag: for both nothing is dropped, and the pages hear the same', async () => {
  const url = recording.page(NAME, BODY, 'top', TWIN_HEAD);
  let direct: readonly Recorded[] = [];
  for (let attempt = 0; attempt < MAX_ATTEMPTS && !isMouseToldAnew(direct); attempt++) direct = await recordedAtPage(endDrag, url);
  const remote = await recordedAtLiveView(endDrag, url);
  expect(kinds(direct)).toEqual(expect.arrayContaining(['dragstart thing', 'dragover place', 'dragleave place', 'dragend thing', 'keyup body', 'mouseup place']));
  expect(kinds(direct)).not.toContain('drop place');
  expect(direct.find(({type}) => type === 'dragend')?.members['dropEffect']).toBe('none');
  expect(direct.filter(({type, members}) => type === 'keydown' && members['key'] === 'Escape')).toEqual([]);
  expect(differences(comparable(direct), comparable(remote), IGNORED)).toEqual([]);
});

const IGNORED: ReadonlySet<string> = new Set(documentedDifferences());

async function recordedAtPage(script: Script, url: string): Promise<readonly Recorded[]> {
  return recordedOnScreen(url, script, async () => {});
}

async function recordedAtLiveView(script: Script, url: string): Promise<readonly Recorded[]> {
  const session = await server.session({profile: 'desktop'});
  const driver = await Driver.open(session.cdpUrl);
  try {
    await driver.goto(url);
    const {url: src} = await server.mint(session.id);
    const code = readFileSync(join(root, 'dist/chaser-live-view.iife.js'), 'utf8').replaceAll('</script', '<\\/script');
    // The element's cursor and input mode show what the server has sent.
    const viewer = recording.page('viewer', `<style>body {margin: 0} chaser-live-view {position: fixed; inset: 0}</style><script>${code}</script>
      <chaser-live-view fit="fill" src="${src}"></chaser-live-view>
      <script>
        const view = document.querySelector('chaser-live-view');
        const part = (name) => view.shadowRoot.querySelector(name);
        view.addEventListener('frame', () => view.focus(), {once: true});
        new MutationObserver(() => dispatchEvent(new CustomEvent('settled', {detail: part('canvas').style.cursor + ' ' + part('textarea').inputMode})))
          .observe(view.shadowRoot, {subtree: true, attributes: true});
      </script>`, 'top', TWIN_HEAD);
    return await recordedOnScreen(viewer, script, (what) =>
      recording.until(() => recording.of('settled', 'viewer').some(({members}) => String(members['detail']).split(' ').includes(what)), what));
  } finally {
    driver.close();
    await server.call('DELETE', `/v1/sessions/${session.id}`);
  }
}

/** The page's events during a script, on a screen that is filled by a window with the address. */
async function recordedOnScreen(address: string, script: Script, told: Hand['told']): Promise<readonly Recorded[]> {
  const desktop = await X11Desktop.start(WIDTH, HEIGHT);
  const hand: Hand['hand'] = async (type, ...args) => {
    const before = recording.of(type, NAME).length;
    await desktop.hand(...args);
    await recording.until(() => recording.of(type, NAME).length > before, `${type} of ${args.join(' ')}`);
  };
  try {
    recording.clear();
    desktop.open(address, {isKiosk: true});
    // The window is ready once the page gets the mouse at its position on the screen.
    let x = 600;
    await expect.poll(async () => {
      x = 1201 - x;
      await desktop.hand('mousemove', `${x}`, '650');
      const moves = recording.of('mousemove').map(({frame, members}) => `${frame} ${members['clientX']} ${members['clientY']}`);
      return moves.includes(`${NAME} ${x} 650`) ? 'there' : moves.at(-1);
    }, {timeout: 180_000}).toBe('there');
    await hand('mousemove', 'mousemove', '800', '600');
    await hand('keyup', 'key', 'F9');
    recording.clear();
    await script({hand, told});
    await hand('keyup', 'key', 'F9');
    return recording.events.filter(({frame}) => frame === NAME);
  } finally {
    desktop.stop();
  }
}

function kinds(events: readonly Recorded[]): string[] {
  return events.map(({type, target}) => `${type} ${target}`);
}

function isMouseToldAnew(events: readonly Recorded[]): boolean {
  const {type} = events[events.findIndex((event) => event.type === 'dragend') + 1] ?? {};
  return type !== undefined && type.startsWith('pointer');
}

/** Events without the documented differences of drags, and without repeated `drag` and `dragover`, whose number depends on time. */
function comparable(events: readonly Recorded[]): Recorded[] {
  const end = events.findIndex(({type}) => type === 'dragend');
  let place = '';
  return fromOwnStart(events).flatMap((event, index) => {
    const {type, members} = event;
    if (IGNORED.has(type) || type === 'drag') return [];
    if (!type.startsWith('drag') || type === 'dragstart') return [event];
    const before = place;
    place = `${members['clientX']} ${members['clientY']}`;
    if (type === 'dragover' && place === before) return [];
    const isLast = type === 'dragleave' && events.slice(index, end).every((other) => other.type === 'dragleave');
    return [{...event, members: Object.fromEntries(Object.entries(members).filter(([name]) => !DRAG_DIFFERENCES.test(name) && !(isLast && PLACE.test(name))))}];
  });
}

const DRAG_DIFFERENCES = /^(buttons|screen[XY])$/;
const PLACE = /^(client|page|offset|layer|)[XY]$/i;
