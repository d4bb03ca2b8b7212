import {readFileSync} from 'node:fs';
import {brotliCompressSync} from 'node:zlib';
import resolve from '@rollup/plugin-node-resolve';
import terser from '@rollup/plugin-terser';
import esbuild from 'rollup-plugin-esbuild';

const {dependencies} = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const isDependency = (id) => Object.keys(dependencies).some((name) => id === name || id.startsWith(`${name}/`));

const typescript = esbuild({target: 'es2022', tsconfig: 'src/tsconfig.json', sourceMap: true, charset: 'utf8'});
/** Minifiers leave template literals alone: the style sheet would cross the wire with its comments and white space. */
const styles = {
  name: 'styles',
  transform(code, id) {
    if (!id.endsWith('styles.ts')) return null;
    const minified = code.replace(/css`([^`]*)`/, (_, text) => `css\`${minifyCss(text)}\``);
    if (minified === code) this.error('There is no style sheet in here.');
    return {code: minified, map: null};
  },
};

function minifyCss(text) {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/\s+/g, ' ').replaceAll(/ ?([{};,>]) ?/g, '$1').replaceAll(': ', ':').replaceAll(';}', '}').trim();
}

const minify = () => terser({ecma: 2022, module: true, compress: {passes: 2}, mangle: {properties: false}});

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

/** The declarations that name the element in a framework's templates are written by hand: tsc leaves them where they are. */
const frameworkTypes = {
  name: 'framework-types',
  generateBundle() {
    for (const name of ['react', 'vue', 'svelte']) {
      const source = readFileSync(new URL(`src/frameworks/${name}.d.ts`, import.meta.url), 'utf8');
      this.emitFile({type: 'asset', fileName: `types/frameworks/${name}.d.ts`, source});
    }
  },
};

export default [
  {
    // For bundlers and Node: lit stays an import.
    input: {index: 'src/index.ts', element: 'src/element.ts', protocol: 'src/protocol.ts'},
    external: isDependency,
    plugins: [resolve(), typescript, styles, frameworkTypes],
    output: {dir: 'dist', format: 'es', chunkFileNames: 'chunk-[name].js', sourcemap: true, sourcemapExcludeSources: false},
  },
  {
    // For a script tag: everything in one file.
    input: 'src/index.ts',
    plugins: [resolve({exportConditions: ['production']}), typescript, styles, sizes],
    output: [
      {file: 'dist/chaser-live-view.js', format: 'es', sourcemap: true, plugins: [minify()]},
      {file: 'dist/chaser-live-view.iife.js', format: 'iife', name: 'ChaserLiveView', sourcemap: true, plugins: [minify()]},
    ],
  },
];
