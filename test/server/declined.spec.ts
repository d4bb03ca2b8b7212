import {expect, test} from 'playwright/test';
import type {BrowserSession} from '../../demo/server/session/session.js';
import type {Driver} from '../support/driver.js';
import {askForPasskey, PASSKEY} from '../support/passkey.js';
import {useSiteSession} from '../support/site-session.js';
import type {TestSite} from '../support/test-site.js';
import {TestViewer} from '../support/test-viewer.js';

/** The permission states of a Chromium with a window at its first start. */
const FRESH = {
  accelerometer: 'granted', 'background-sync': 'granted', camera: 'prompt', 'captured-surface-control': 'prompt', 'clipboard-read': 'prompt',
  'clipboard-write': 'granted', 'display-capture': 'prompt', geolocation: 'prompt', 'idle-detection': 'prompt', 'keyboard-lock': 'granted',
  'local-fonts': 'prompt', 'local-network-access': 'prompt', microphone: 'prompt', midi: 'prompt', notifications: 'prompt',
  'payment-handler': 'granted', 'persistent-storage': 'prompt', 'pointer-lock': 'granted', 'screen-wake-lock': 'granted',
  'storage-access': 'granted', 'window-management': 'prompt',
};

const USER = `rp: {name: 'x'}, user: {id: new Uint8Array(8), name: 'x', displayName: 'x'}, pubKeyCredParams: [{type: 'public-key', alg: -7}]`;
const WALLET = `digital: {requests: [{protocol: 'openid4vp-v1-unsigned', data: {}}]}, mediation: 'required'`;

/**
 * What a page requests at a click, the outcome, and the viewers' notice. Links to other programs come first, because a prompt about them
 * would appear late, and stay during the following requests.
 */
const REQUESTS: readonly (readonly [what: string, script: string, outcome: RegExp, notice?: string])[] = [
  ['a link to call', `const a = document.createElement('a'); a.href = 'tel:123'; a.click()`, /^done/, 'program_declined'],
  ['a link to write', `location.href = 'mailto:somebody@site.example'`, /^done/, 'program_declined'],
  ['a link to a program', `location.href = 'meeting-program://join'`, /^done/, 'program_declined'],
  ['a protocol', `navigator.registerProtocolHandler('web+thing', location.origin + '/?%s')`, /^done/],
  ['a folder of a field', `return new Promise((resolve) => { const file = document.createElement('input'); file.type = 'file'; file.webkitdirectory = true; file.oncancel = ({isTrusted}) => resolve('cancelled ' + isTrusted); file.click(); })`, /^done cancelled true$/, 'file_chooser_declined'],
  ['a file for a script', `await showOpenFilePicker()`, /^AbortError$/, 'file_chooser_declined'],
  ['a file to write', `await showSaveFilePicker()`, /^AbortError$/, 'file_chooser_declined'],
  ['a folder', `await showDirectoryPicker()`, /^AbortError$/, 'file_chooser_declined'],
  ['the place', `await new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, ({code}) => reject({name: 'denied ' + code})))`, /^denied 1$/, 'permission_declined'],
  ['notifications', `return Notification.requestPermission()`, /^done denied$/, 'permission_declined'],
  ['the clipboard', `await navigator.clipboard.readText()`, /^NotAllowedError$/, 'permission_declined'],
  ['instruments', `await navigator.requestMIDIAccess()`, /^NotAllowedError$/, 'permission_declined'],
  ['screens', `await getScreenDetails()`, /^NotAllowedError$/, 'permission_declined'],
  ['fonts', `return (await queryLocalFonts()).length`, /^done 0$/, 'permission_declined'],
  ['idleness', `return IdleDetector.requestPermission()`, /^done denied$/, 'permission_declined'],
  // Depends on whether the machine has one.
  ['a camera', `await navigator.mediaDevices.getUserMedia({video: true})`, /^NotAllowedError$|^NotFoundError$/],
  ['a microphone', `await navigator.mediaDevices.getUserMedia({audio: true})`, /^NotAllowedError$|^NotFoundError$/],
  ['a screen', `await navigator.mediaDevices.getDisplayMedia()`, /^NotAllowedError$/],
  ['its own tab', `await navigator.mediaDevices.getDisplayMedia({preferCurrentTab: true})`, /^NotAllowedError$/],
  // There is no other screen, or the chooser was closed. Which comes first varies.
  ['another screen', `await new PresentationRequest(['https://site.example/']).start()`, /^NotFoundError$|^NotAllowedError$/],
  ['a USB device', `await navigator.usb.requestDevice({filters: []})`, /^NotFoundError$/],
  ['a serial port', `await navigator.serial.requestPort()`, /^NotFoundError$/],
  ['an input device', `return (await navigator.hid.requestDevice({filters: []})).length`, /^done 0$/],
  ['a passkey', `await navigator.credentials.get({${PASSKEY}})`, /^NotAllowedError$/],
  ['a new passkey', `await navigator.credentials.create({${PASSKEY.replace('}', `, ${USER}}`)}})`, /^NotAllowedError$/],
  ['a wallet', `await navigator.credentials.get({${WALLET}})`, /^NotAllowedError$/],
  ['a saved password', `return navigator.credentials.get({password: true, mediation: 'required'})`, /^done null$/],
  ['to save a password', `await navigator.credentials.store(new PasswordCredential({id: 'a', password: 'b'}))`, /^done/],
  ['a payment', `await new PaymentRequest([{supportedMethods: location.origin}], {total: {label: 'x', amount: {currency: 'EUR', value: '1'}}}).show()`, /^NotSupportedError$/],
  ['storage to stay', `return navigator.storage.persist()`, /^done false$/],
  ['speech', `return new Promise((resolve) => { const speech = new webkitSpeechRecognition(); speech.onerror = ({error}) => resolve(error); speech.start(); })`, /^done not-allowed$/],
  ['a secret', `return (await fetch('/secret')).status`, /^done 401$/],
  ['a secret picture', `return new Promise((resolve) => { const image = new Image(); image.onerror = resolve; image.src = '/secret'; })`, /^done/],
  ['paper', `print()`, /^done/],
  ['the whole screen', `await document.documentElement.requestFullscreen(); await document.exitFullscreen()`, /^done/],
  ['the pointer', `await document.body.requestPointerLock(); document.exitPointerLock()`, /^done/],
  ['a window above all', `(await documentPictureInPicture.requestWindow()).close()`, /^done/],
  ['a colour', `const input = document.createElement('input'); input.type = 'color'; document.body.append(input); input.showPicker()`, /^done/],
  ['a day', `const input = document.createElement('input'); input.type = 'date'; document.body.append(input); input.showPicker()`, /^done/],
];

let session: BrowserSession;
let driver: Driver;
let site: TestSite;
let viewer: TestViewer;

test.afterAll(() => viewer.seat.leave());

useSiteSession((all) => ({site, session, driver} = all));

test.beforeAll(() => {
  viewer = new TestViewer(session);
});

/** Opens a page with a button that runs a script, and another one that reports clicks. */
async function open(script: string): Promise<void> {
  const button = 'position: absolute; top: 0; width: 200px; height: 100px';
  site.put('/', `<body style="margin: 0"><button style="${button}; left: 0"></button><button style="${button}; left: 400px"></button><script>
    const [asking, other] = document.querySelectorAll('button');
    const ask = async () => { ${script} };
    asking.onclick = () => ask().then((value) => { window.outcome = 'done ' + value; }, ({name}) => { window.outcome = name; });
    other.onclick = () => { window.isReached = true; };
  </script>`);
  // By host name, because only a secure context may ask.
  await driver.goto(`${site.otherOrigin}/`);
}

/** Checks that the next click reaches the page. */
async function expectReach(what: string): Promise<void> {
  viewer.click(450, 50);
  await driver.until(`window.isReached /* after ${what} */`);
}

test('before it asks for anything, a page sees the permissions of a browser with a window', async () => {
  await open('');
  expect(await driver.evaluate(`Promise.all(${JSON.stringify(Object.keys(FRESH))}.map(async (name) => [name, (await navigator.permissions.query({name})).state]))
    .then(Object.fromEntries)`)).toEqual(FRESH);
  expect(await driver.evaluate('Notification.permission')).toBe('default');
});

test('what a live view cannot give is declined, with a notice if possible, and the page gets the next click', async () => {
  for (const [what, script, outcome, notice] of REQUESTS) {
    await open(script);
    const since = viewer.entries.length;
    viewer.click(50, 50);
    expect(await driver.until(`window.outcome /* of ${what} */`), what).toMatch(outcome);
    if (notice !== undefined) await viewer.message('error', ({code}) => code === notice, since);
    await expectReach(what);
  }
  // Once more in the same page. A refused permission is reported once for each origin.
  await open(REQUESTS.find(([what]) => what === 'a file for a script')?.[1] ?? '');
  for (let count = 1; count <= 2; count++) {
    const since = viewer.entries.length;
    viewer.click(50, 50);
    await viewer.message('error', ({code}) => code === 'file_chooser_declined', since);
  }
  // The picture is updated, and has the same size as before.
  await viewer.until('the size before', () => session.viewport.width === 1280 && session.viewport.height === 720);
  // A page behind a password can be opened like any other, and is declined.
  await driver.page.send('Page.navigate', {url: `${site.origin}/secret`});
  await viewer.message('error', ({code}) => code === 'password_declined');
  await viewer.message('page', ({title}) => title === 'Refused');
});

test('a passkey is declined right after the last viewer has gone, without any input', async () => {
  await open('');
  for (let round = 0; round < 3; round++) {
    await viewer.until('a frame', () => viewer.frames.length > 0);
    viewer.seat.leave();
    expect(await askForPasskey(driver)).toBe('NotAllowedError');
    viewer = new TestViewer(session);
  }
  await expectReach('a passkey');
});

test('a PDF is shown by the browser, without a notice about another program', async () => {
  site.put('/', '<body style="margin: 0"><a href="/document.pdf" style="display: block; width: 200px; height: 100px">A PDF</a>');
  await driver.goto(`${site.otherOrigin}/`);
  const since = viewer.entries.length;
  viewer.click(50, 50);
  // The browser's PDF viewer is an extension's page with the document in a frame.
  await expect.poll(async () => (await driver.connection.browser.send('Target.getTargets')).targetInfos.filter(({type}) => type === 'iframe').map(({url}) => new URL(url).pathname), {timeout: 15_000})
    .toEqual(expect.arrayContaining(['/index.html', '/document.pdf']));
  await driver.goto(`${site.otherOrigin}/`);
  await driver.evaluate(`location.href = 'tel:123'`);
  await viewer.message('error', () => true, since);
  expect(viewer.entries.slice(since).filter((entry) => 'message' in entry && entry.message.type === 'error')).toHaveLength(1);
});
