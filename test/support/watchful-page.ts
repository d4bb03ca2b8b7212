/** Runs in the page: records everything by which a page could notice that it is observed. */
function watch(): void {
  const record = new Set<string>();
  const note = (what: string) => record.add(what);
  const {hasFocus} = Document.prototype;
  const query = navigator.permissions.query.bind(navigator.permissions);
  const frame = requestAnimationFrame;

  // All events that have a handler property, except those that the page's own loading and animation cause, and those of missing sensors.
  const own = /^(load|animation|device|pagereveal|pageswap|readystatechange|timeupdate)/;
  for (const owner of [window, Document.prototype, HTMLElement.prototype]) {
    for (const name of Object.getOwnPropertyNames(owner)) {
      if (name.startsWith('on') && !own.test(name.slice(2))) addEventListener(name.slice(2), ({type}) => note(`event ${type}`), true);
    }
  }
  for (const type of ['visibilitychange', 'freeze', 'resume', 'focusin', 'focusout']) document.addEventListener(type, () => note(`event ${type} ${document.visibilityState}`), true);
  for (const target of [visualViewport, screen.orientation, Reflect.get(navigator, 'connection')]) {
    for (const type of ['resize', 'scroll', 'change']) if (target instanceof EventTarget) target.addEventListener(type, () => note(`event ${type} of ${String(target)}`));
  }
  navigator.clipboard?.addEventListener('clipboardchange', () => note('event clipboardchange'));
  const queries = [
    '(pointer: fine)', '(any-pointer: coarse)', '(hover: hover)', '(prefers-reduced-motion)', '(prefers-color-scheme: dark)', '(resolution: 1dppx)',
    '(display-mode: fullscreen)', '(update: fast)', '(forced-colors: active)',
  ].map((text) => matchMedia(text));
  for (const media of queries) media.addEventListener('change', () => note(`media ${media.media}`));

  // Calls of functions that a script in the page's own world would use.
  for (const [owner, names] of [
    [window, ['getComputedStyle', 'setTimeout', 'setInterval', 'requestAnimationFrame', 'matchMedia', 'getSelection', 'fetch', 'postMessage']],
    [Document.prototype, ['querySelector', 'querySelectorAll', 'getElementById', 'caretRangeFromPoint', 'elementFromPoint', 'hasFocus', 'createRange', 'createElement']],
    [EventTarget.prototype, ['addEventListener', 'dispatchEvent']], [Element.prototype, ['matches', 'getBoundingClientRect', 'closest', 'attachShadow']],
    [Event.prototype, ['composedPath', 'preventDefault']], [Permissions.prototype, ['query']], [MutationObserver.prototype, ['observe']],
    [Promise.prototype, ['then']], [Object, ['entries', 'fromEntries']], [JSON, ['stringify']], [Performance.prototype, ['now']],
  ] as const) {
    for (const name of names) {
      const original: unknown = Reflect.get(owner, name);
      if (typeof original !== 'function') continue;
      // Each function is recorded once, because some are called again and again: `then`, for example, at each `await`.
      Reflect.set(owner, name, function called(this: unknown, ...args: unknown[]): unknown {
        if (isWatching) note(`called ${name}`);
        return Reflect.apply(original, this, args);
      });
    }
  }
  let isWatching = true;

  // Whether the page is visible, its size, and changes in it.
  new IntersectionObserver((entries) => {
    for (const {isIntersecting, intersectionRatio, target} of entries) note(`seen ${target.localName} ${isIntersecting} ${intersectionRatio}`);
  }).observe(document.body);
  new ResizeObserver((entries) => {
    for (const {contentRect: {width, height}} of entries) note(`size ${width} ${height}`);
  }).observe(document.documentElement);
  const changes = new MutationObserver((mutations) => {
    for (const {type, target} of mutations) note(`changed ${type} of ${target.nodeName}`);
  });
  addEventListener('DOMContentLoaded', () => changes.observe(document, {subtree: true, childList: true, attributes: true, characterData: true}));
  // Entries about durations depend on the machine.
  const timed = new Set(['longtask', 'long-animation-frame', 'event', 'first-input', 'largest-contentful-paint', 'layout-shift', 'interaction-contentful-paint']);
  for (const type of PerformanceObserver.supportedEntryTypes) {
    if (timed.has(type)) continue;
    new PerformanceObserver((list) => {
      for (const {entryType, name} of list.getEntries()) note(`entry ${entryType} ${name}`);
    }).observe({type, buffered: true});
  }

  // With `Runtime.enable`, the browser reads the stack of a logged error. With `Debugger.enable`, it would stop here.
  Reflect.set(Error, 'prepareStackTrace', (error: Error) => {
    note('stack read');
    return String(error);
  });
  const bait = new Error('bait');
  let reads = 0;
  Object.defineProperty(bait, 'name', {get: () => `read ${reads++}`});

  const known = new Set(Object.getOwnPropertyNames(window));
  const look = async () => {
    isWatching = false;
    console.debug(bait);
    console.debug(new Error('bait'));
    // oxlint-disable-next-line no-debugger
    debugger;
    for (const name of Object.getOwnPropertyNames(window)) if (!known.has(name) && name !== 'look') note(`global ${name}`);
    const states = await Promise.all(['camera', 'microphone', 'geolocation', 'notifications', 'display-capture', 'clipboard-read', 'midi']
      .map(async (name) => (await query({name: name as PermissionName})).state));
    const {width, height, availWidth, availHeight, colorDepth, orientation} = screen;
    const {webdriver, hardwareConcurrency, onLine, maxTouchPoints, userAgent, languages, userActivation, plugins} = navigator;
    const now = {
      reads, states, Notification: Notification.permission,
      window: [innerWidth, innerHeight, outerWidth, outerHeight, screenX, screenY, scrollX, scrollY, devicePixelRatio, length, history.length],
      viewport: [visualViewport?.width, visualViewport?.height, visualViewport?.scale],
      screen: [width, height, availWidth, availHeight, colorDepth, orientation.type, Reflect.get(screen, 'isExtended')],
      document: [document.visibilityState, document.hidden, hasFocus.call(document), document.activeElement?.localName, document.fullscreenElement, document.referrer],
      navigator: [webdriver, hardwareConcurrency, onLine, maxTouchPoints, userAgent, languages, userActivation.isActive, userActivation.hasBeenActive, plugins.length],
      media: queries.map(({matches}) => matches), sheets: document.styleSheets.length, nodes: document.querySelectorAll('*').length,
      names: [navigator, document, document.body].flatMap((object) => Object.getOwnPropertyNames(object)),
    };
    const found = [...record].sort().concat(Object.entries(now).map(([name, value]) => `${name} ${JSON.stringify(value)}`));
    reads = 0;
    isWatching = true;
    return found;
  };
  /** The usual time between two animation frames. */
  const pace = () => new Promise<number>((resolve) => {
    const times: number[] = [];
    frame(function next(time) {
      times.push(time);
      if (times.length <= 60) frame(next);
      else resolve(times.slice(1).map((time, index) => time - (times[index] ?? 0)).sort((a, b) => a - b)[30] ?? NaN);
    });
  });
  Object.assign(window, {look, pace});
}

/** A page that searches for signs of an observer. Its `look()` returns what it has found, and `pace()` how fast it is painted. */
export const WATCHFUL_PAGE = `<!doctype html><title>Watchful</title><link rel=icon href="data:,"><style>p { animation: turn 1s infinite } @keyframes turn { to { color: red } }</style><body><p>Words</p>
<select><option>a<option>b</select><input><script>{ const __name = (value) => value; (${watch.toString()})(); }</script>`;
