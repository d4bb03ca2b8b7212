import {svelte} from '@sveltejs/vite-plugin-svelte';
import vue from '@vitejs/plugin-vue';

export default {
  root: process.env.CONSUMER,
  base: './',
  logLevel: 'error',
  plugins: [
    vue({template: {compilerOptions: {isCustomElement: (tag) => tag === 'chaser-live-view'}}}),
    svelte({configFile: false}),
  ],
  // Angular's own fields and decorators, compiled in the browser.
  esbuild: {target: 'es2022'},
  build: {target: 'es2022', minify: false, emptyOutDir: true, outDir: 'built'},
};
