import {createHash} from 'node:crypto';
import {readFileSync, readdirSync} from 'node:fs';
import {join, relative, sep} from 'node:path';
import {brotliCompressSync} from 'node:zlib';
import resolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import esbuild from 'rollup-plugin-esbuild';

const {dependencies} = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const isDependency = (id) => Object.keys(dependencies).some((name) => id === name || id.startsWith(`${name}/`));

// esbuild shortens private names class by class. terser would give each private name in the file a different name.
const typescript = esbuild({target: 'es2022', tsconfig: 'src/tsconfig.json', sourceMap: true, charset: 'utf8', minifyIdentifiers: true});
/** Minifies style sheets and markup in template literals, which minifiers leave alone. */
const literals = {
  name: 'literals',
  transform(code, id) {
    if (!/src\/(ui\/|tabs\/|chaser-live-view)/.test(id)) return null;
    const minified = code.replaceAll(/(?<=STYLES = `)[^`]*/g, minifyCss)
      .replaceAll(/`\n\s+</g, '`<').replaceAll(/>\n\s+`/g, '>`')
      .replaceAll(/([>}"])\n\s+(?=[<@?]|\$\{)/g, '$1 ').replaceAll(/\n\s+(?=><|[a-z-]+=")/g, ' ');
    if (id.endsWith('styles.ts') && minified === code) this.error('There is no style sheet in here.');
    return {code: minified, map: null};
  },
};

function minifyCss(text) {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/\s+/g, ' ').replaceAll(/ ?([{};,>]) ?/g, '$1').replaceAll(': ', ':').replaceAll(';}', '}').trim();
}

/**
 * Members that are not visible to any page, protocol or platform: `is…`, `on…`, and these names of our own. What
 * the platform also uses (`isConnected`, `onload`) is left alone by terser itself.
 */
const INTERNAL = `is(?!UpdatePending)[A-Z]\\w*|on[A-Z]\\w*|${[
  'abandon', 'abortBytes', 'acceptPatches', 'act', 'answered', 'badFrame', 'begin', 'canAnswer', 'canGive', 'canMint', 'canSendBytes', 'check',
  'choose', 'clock', 'corners', 'dialogs', 'dispatch', 'distancePx', 'down', 'driving', 'drop', 'expiresAtMs', 'filled', 'floats', 'forget',
  'frameDone', 'giveUp', 'hasClipboard', 'hasFeature', 'hasFrame', 'hasStandby', 'hurry', 'keep', 'learn', 'leave', 'letGo', 'listen',
  'mayUseWorker', 'mint', 'newest', 'noteInput', 'notice', 'picture', 'pictureSize', 'pieces', 'pinch', 'place', 'plan', 'poke', 'post', 'prepare',
  'press', 'previewHost', 'promote', 'pump', 'receive', 'receivedBytes', 'reconcile', 'refuse', 'refused', 'remainingMs', 'renewalDelayMs',
  'renounce', 'reportLoss', 'retire', 'retry', 'retryAfterMs', 'say', 'sendBytes', 'sendFile', 'sendPaste', 'serverMs', 'serverNowMs', 'setCanvas',
  'setConnection', 'setFloating', 'setFrozen', 'setHeld', 'setPaused', 'setTokens', 'setViewport', 'setWatched', 'settle', 'showKeyboard', 'spoil',
  'stage', 'strip', 'succeed', 'take', 'takeFocus', 'takenAtMs', 'takesPan', 'tap', 'tappedSmall', 'toggleSoftKeyboard', 'toggleZoom', 'tokens',
  'untilMs', 'uploads', 'wait', 'zoomed',
].join('|')}`;
/** Lit's internal names, for files that contain Lit. Names that end in `$` are shared with other copies of Lit. */
const LIT_INTERNAL = '_\\$[A-Z]\\w*';

/** Replaces the licence comment in each of Lit's files. */
const LIT_LICENCE = '/*! With Lit, © Google LLC, BSD-3-Clause */';

const compress = {passes: 3, inline: 0, unsafe_arrows: true, unsafe_methods: true, keep_fargs: false, pure_getters: true};
const minify = (names, preamble) => terser({
  ecma: 2022, compress, mangle: {properties: {regex: new RegExp(`^(${names})$`)}}, format: {comments: false, preamble},
});
const minifyWithLit = (mark = '') => minify(`${INTERNAL}|${LIT_INTERNAL}`, mark + LIT_LICENCE);
/** A classic script has its page's encoding, unless it begins with this mark, which makes it UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * The self-contained files need neither polyfills nor hydration, so Lit's hooks for them are removed, and with them the list of
 * versions on the page, of which only a development build of Lit's warns.
 */
const noHooks = {
  name: 'no-hooks',
  transform: (code, id) => /node_modules.+lit/.test(id) ? {
    code: code.replaceAll(/\w+\.\w+(Polyfill|Hydrate)Support/g, 'undefined').replaceAll(/\(\w+\.\w+Versions\?\?=\[\]\)\.push\("[\d.]+"\)/g, 'undefined'), map: null,
  } : null,
};

/**
 * Lit's fallbacks for style sheets in old browsers are left out of the self-contained files. The element has no styles that
 * Lit knows of; those of a class derived from it are `CSSStyleSheet`s, as these files export no `css`.
 */
const styleSheetsOnly = {
  name: 'style-sheets-only',
  load: (id) => id.endsWith('@lit/reactive-element/css-tag.js') ? `
    export const getCompatibleStyle = (style) => style;
    export const adoptStyles = (root, styles) => {root.adoptedStyleSheets = styles;};
    export let CSSResult, css, supportsAdoptingStyleSheets, unsafeCSS;` : null,
};

/** Lets the page's script and the worker's check that they are of the same build. */
const build = {
  name: 'build',
  transform(code, id) {
    if (!id.endsWith('thread-messages.ts')) return null;
    const short = [...code.matchAll(/(?<=^  (?:readonly )?)\w+(?=[(:])/gm)].map(([name]) => name).filter((name) => new RegExp(`^(${INTERNAL})$`).test(name));
    if (short.length > 0) this.error(`The page and its worker, which are built apart, would have other names for: ${short.join(', ')}.`);
    const hash = createHash('sha256');
    for (const entry of readdirSync('src', {recursive: true, withFileTypes: true})) if (entry.isFile()) hash.update(readFileSync(`${entry.parentPath}/${entry.name}`));
    return {code: code.replace(/(?<=BUILD = ["'])source/, hash.digest('base64url').slice(0, 8)), map: null};
  },
};

/** A classic script's own address, which is known only during its first run. An inline script has none. */
const scriptUrl = {
  name: 'script-url',
  resolveImportMeta: (property, {format}) => property === 'url' && format === 'iife' ? 'scriptUrl' : null,
};
const SCRIPT_URL = 'const scriptUrl = document.currentScript?.src;';

/** Prints what each file weighs on the wire. */
const sizes = {
  name: 'sizes',
  generateBundle(_options, bundle) {
    for (const [file, output] of Object.entries(bundle)) {
      if (output.type !== 'chunk') continue;
      const brotli = brotliCompressSync(output.code).length;
      this.info(`${file}: ${output.code.length} bytes, ${brotli} brotli`);
    }
  },
};

/** The framework declarations are written by hand, and tsc does not copy `.d.ts` files. */
const frameworkTypes = {
  name: 'framework-types',
  generateBundle() {
    for (const name of ['react', 'vue', 'svelte']) {
      const source = readFileSync(new URL(`src/frameworks/${name}.d.ts`, import.meta.url), 'utf8');
      this.emitFile({type: 'asset', fileName: `types/frameworks/${name}.d.ts`, source});
    }
  },
};

/**
 * Makes `llms.txt` for language models: the project's summary, a line on each page of the docs, and then the pages themselves,
 * https://llmstxt.org
 */
const llms = {
  name: 'llms',
  generateBundle() {
    const docs = readdirSync('demo/docs', {recursive: true, encoding: 'utf8'}).filter((name) => name.endsWith('.md')).map((name) => join('demo/docs', name)).sort();
    const pages = ['README.md', 'demo/server/README.md', ...docs].map((file) => {
      const path = file.replaceAll(sep, '/');
      const text = readFileSync(file, 'utf8');
      const [, title = path] = /^# (.+)$/m.exec(text) ?? [];
      const summary = text.replace(/^# .+\n/, '').trim().split('\n\n')[0].replaceAll('\n', ' ');
      return {path, text, title, summary};
    });
    const [readme] = pages;
    const index = pages.map(({path, title, summary}) => `- [${title}](${path}): ${summary}`).join('\n');
    const whole = pages.map(({path, text}) => `<!-- ${path} -->\n\n${text.trim()}`).join('\n\n---\n\n');
    this.emitFile({type: 'asset', fileName: 'llms.txt', source: `# ${readme.title}\n\n> ${readme.summary}\n\n## Docs\n\n${index}\n\n---\n\n${whole}\n`});
  },
};

/** Files that the server reads beside its modules (pages, style sheets, sources of browser scripts) stay where they are. */
const sourceUrls = {
  name: 'source-urls',
  resolveImportMeta: (property, {moduleId}) => {
    // Its thread is built beside it.
    if (property !== 'url' || moduleId.endsWith('patches.ts')) return null;
    const source = relative('demo/dist', moduleId).replaceAll(sep, '/');
    return `new URL(${JSON.stringify(source)}, import.meta.url).href`;
  },
};

/** Only the modules that register an element have side effects, as `sideEffects` in package.json tells bundlers. */
const treeshake = {moduleSideEffects: (id) => /src\/(tabs\/)?index\.ts$|node_modules/.test(id)};

export default [
  {
    // For bundlers and Node: lit stays an import. Minified here too: bundlers do not know which names are inner ones.
    input: {index: 'src/index.ts', element: 'src/element.ts', tabs: 'src/tabs/index.ts'},
    external: isDependency,
    treeshake,
    plugins: [resolve(), literals, build, typescript, frameworkTypes, llms],
    output: {dir: 'dist', format: 'es', chunkFileNames: 'chunk-[name].js', sourcemap: true, sourcemapExcludeSources: false, plugins: [minify(INTERNAL)]},
  },
  {
    // By itself: short names are agreed on in one file only.
    input: 'src/protocol.ts',
    treeshake,
    plugins: [typescript],
    output: {file: 'dist/protocol.js', format: 'es', sourcemap: true, plugins: [minify(INTERNAL)]},
  },
  {
    // For a script tag: everything in one file.
    input: 'src/index.ts',
    treeshake,
    plugins: [resolve({exportConditions: ['production']}), noHooks, styleSheetsOnly, literals, build, scriptUrl, typescript, sizes],
    output: [
      {file: 'dist/chaser-live-view.js', format: 'es', sourcemap: true, plugins: [minifyWithLit()]},
      {file: 'dist/chaser-live-view.iife.js', format: 'iife', name: 'ChaserLiveView', intro: SCRIPT_URL, sourcemap: true, plugins: [minifyWithLit(BYTE_ORDER_MARK)]},
    ],
  },
  {
    // The strip of tabs for a script tag. It has a Lit of its own, and shares nothing with the view but the page.
    input: 'src/tabs/index.ts',
    treeshake,
    plugins: [resolve({exportConditions: ['production']}), noHooks, styleSheetsOnly, literals, typescript, sizes],
    output: {file: 'dist/chaser-live-tabs.js', format: 'iife', name: 'ChaserLiveTabs', sourcemap: true, plugins: [minifyWithLit(BYTE_ORDER_MARK)]},
  },
  {
    // What the page starts as a worker: it lies beside the others, and imports nothing.
    input: 'src/stream/worker.ts',
    plugins: [build, typescript, sizes],
    output: {file: 'dist/worker.js', format: 'es', sourcemap: true, plugins: [minify(INTERNAL)]},
  },
  {
    // The reference server, with the demo's pages and without: its packages stay imports.
    input: {start: 'demo/start.ts', server: 'demo/server/main.ts', 'patch-worker': 'demo/server/patches/patch-worker.ts'},
    external: (id) => !/^[./]|^[A-Z]:/.test(id),
    plugins: [esbuild({target: 'node20', tsconfig: 'demo/tsconfig.json', charset: 'utf8'}), sourceUrls],
    output: {dir: 'demo/dist', format: 'es', chunkFileNames: '[name].js', sourcemap: true},
  },
];
