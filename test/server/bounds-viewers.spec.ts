import {type Browser, chromium, expect, type Page, test} from 'playwright/test';
import {memoryOf} from '../support/memory.js';
import {PreviewClient, ServerProcess, type Session} from '../support/server-process.js';

const MB = 1024 * 1024;
const FPS = 20;

/** A server with a session whose page paints large pictures all the time, and a viewer of it. */
interface Site {
  readonly server: ServerProcess;
  readonly session: Session;
  readonly automation: Browser;
  readonly page: Page;
  readonly url: string;
  readonly watchOnlyUrl: string;
  readonly bystander: PreviewClient;
}

let attacked: Site;
/** The same without attacks, for comparison. */
let idle: Site;

test.beforeAll(async () => {
  [attacked, idle] = await Promise.all([start(), start()]);
});

test.afterAll(async () => {
  for (const {automation, server} of [attacked, idle]) {
    await automation.close();
    await server.stop();
  }
});

async function start(): Promise<Site> {
  const server = await ServerProcess.start({CHASER_FPS: String(FPS), CHASER_JPEG_QUALITY: '100'});
  const session = await server.session();
  const automation = await chromium.connectOverCDP(session.cdpUrl);
  const page = automation.contexts()[0]?.pages()[0] ?? await automation.newPage();
  const {url} = await server.mint(session.id);
  const {url: watchOnlyUrl} = await server.mint(session.id, {input: false});
  const bystander = new PreviewClient(url);
  let frames = 0;
  bystander.socket.on('message', (_data, isBinary) => {
    if (!isBinary) return;
    bystander.frames.length = 0;
    bystander.send({type: 'ack', frames: ++frames});
  });
  return {server, session, automation, page, url, watchOnlyUrl, bystander};
}

async function paint({page}: Site): Promise<void> {
  await page.goto('data:text/html,<canvas width=1280 height=720 style="position:fixed;inset:0">');
  await page.evaluate(() => {
    const context = document.querySelector('canvas')?.getContext('2d');
    if (!context) throw new Error('There is no canvas.');
    const noise = context.createImageData(1280, 720);
    for (let index = 0; index < noise.data.length; index++) noise.data[index] = Math.random() * 256;
    let count = 0;
    requestAnimationFrame(function frame() {
      context.putImageData(noise, count++ % 50, 0);
      requestAnimationFrame(frame);
    });
  });
}

/** Waits until a viewer that keeps up has received `count` more pictures. Calls `onPicture` at each. */
function pictures({bystander: {socket}}: Site, count: number, onPicture: () => void): Promise<void> {
  let left = count;
  return new Promise((resolve) => {
    const note = (_data: Buffer, isBinary: boolean) => {
      if (!isBinary) return;
      onPicture();
      if (--left > 0) return;
      socket.off('message', note);
      resolve();
    };
    socket.on('message', note);
  });
}

/** Starts to measure both servers' memory. The returned function returns by how much each has grown. */
function watchMemory(): () => {readonly attacked: number; readonly idle: number} {
  const sites = [attacked, idle];
  const start = sites.map(({server}) => memoryOf(server.process.pid));
  const most = [...start];
  const timer = setInterval(() => {
    for (const [index, {server}] of sites.entries()) most[index] = Math.max(most[index] ?? 0, memoryOf(server.process.pid));
  }, 20);
  return () => {
    clearInterval(timer);
    const [attackedBytes = 0, idleBytes = 0] = most.map((bytes, index) => bytes - (start[index] ?? 0));
    return {attacked: attackedBytes, idle: idleBytes};
  };
}

test('moves with the longest paths, as many as are taken, do not pile up between a viewer and its browser', async () => {
  const {page, url, bystander, server} = attacked;
  await page.goto('data:text/html,<body style="margin:0;height:100vh"><script>last=undefined;addEventListener("mousemove",(event)=>last=[event.clientX,event.clientY])</script>');
  const client = new PreviewClient(url);
  await client.until(() => client.frames.length > 0);
  const growth = watchMemory();
  const path = Array.from({length: 1_024}, (_, index): [number, number, number] => [index % 1_000, index % 700, 1_024 - index]);
  for (let count = 0; count < 800; count++) {
    client.send({type: 'mouse', event: 'move', x: 10, y: 10, button: -1, buttons: 0, modifiers: 0, path});
    await new Promise((resolve) => setTimeout(resolve, 6));
  }
  await client.untilHeard();
  const {attacked: bytes, idle: idleBytes} = growth();
  expect(bytes - idleBytes).toBeLessThan(120 * MB);
  // In the end, the mouse is at its last position.
  await expect.poll(async () => {
    client.send({type: 'mouse', event: 'move', x: 77, y: 88, button: -1, buttons: 0, modifiers: 0});
    return page.evaluate('last');
  }, {timeout: 30_000}).toEqual([77, 88]);
  await bystander.untilHeard();
  expect((await server.call('GET', '/healthz')).status).toBe(200);
  client.close();
});

test('while a page answers nothing, input for it does not pile up; it works again with the page', async () => {
  const {page, url, bystander} = attacked;
  await page.goto('data:text/html,<body style="margin:0;height:100vh"><script>heard=[];for(const type of ["mousemove","mousedown","mouseup"])addEventListener(type,(event)=>heard.push(event.type+event.clientX))</script>');
  const client = new PreviewClient(url);
  await client.until(() => client.frames.length > 0);
  const growth = watchMemory();
  page.on('dialog', () => {});
  const alerted = page.evaluate('alert("Held")');
  await client.until(() => client.of('dialog').length > 0);
  const path = Array.from({length: 100}, (_, index): [number, number, number] => [index, index, 100 - index]);
  for (let count = 0; count < 1_200; count++) {
    client.send({type: 'mouse', event: 'move', x: 10, y: 10, button: -1, buttons: 0, modifiers: 0, path});
    if (count % 10 === 0) {
      client.send({type: 'mouse', event: 'down', x: 10, y: 10, button: 0, buttons: 1, modifiers: 0, clickCount: 1});
      client.send({type: 'text', text: 'x'.repeat(2_000)});
      client.send({type: 'mouse', event: 'up', x: 10, y: 10, button: 0, buttons: 0, modifiers: 0, clickCount: 1});
    }
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  await client.untilHeard();
  const {attacked: bytes, idle: idleBytes} = growth();
  expect(bytes - idleBytes).toBeLessThan(80 * MB);
  // A viewer that loses input is told.
  expect(client.of('error').map(({code}) => code)).toContain('rate_limited');
  client.send({type: 'dialog', id: client.of('dialog')[0]?.id ?? '', accept: true});
  await alerted;
  await expect.poll(async () => {
    client.send({type: 'mouse', event: 'down', x: 300, y: 300, button: 0, buttons: 1, modifiers: 0, clickCount: 1});
    client.send({type: 'mouse', event: 'up', x: 300, y: 300, button: 0, buttons: 0, modifiers: 0, clickCount: 1});
    return page.evaluate('heard.slice(-2)');
  }, {timeout: 30_000}).toEqual(['mousedown300', 'mouseup300']);
  expect(bystander.of('error')).toEqual([]);
  client.close();
});

test('acks of frames that were not sent are refused, and a viewer that acks and does not read has nothing kept for it', async () => {
  await paint(attacked);
  const liar = new PreviewClient(attacked.watchOnlyUrl);
  await liar.until(() => liar.frames.length > 0);
  liar.send({type: 'ack', frames: 1_000});
  await liar.untilHeard();
  expect(liar.of('error').map(({code}) => code)).toEqual(['bad_message']);
  liar.close();

  const client = new PreviewClient(attacked.watchOnlyUrl);
  await client.until(() => client.frames.length > 0);
  client.socket.pause();
  client.frames.length = 0;
  // The client acks frames that it may have been sent.
  let acked = 1;
  await pictures(attacked, 25, () => client.send({type: 'ack', frames: ++acked}));
  // Everything that was kept for it arrives before this pong, including what is in the system's buffers.
  client.send({type: 'ping', t: 1});
  await attacked.bystander.untilHeard();
  client.socket.resume();
  await client.until(() => client.of('pong').length > 0);
  expect(client.frames.reduce((sum, {jpeg}) => sum + jpeg.length, 0)).toBeLessThan(20 * MB);
  client.close();
});
