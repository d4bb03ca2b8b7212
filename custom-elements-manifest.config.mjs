/** A manifest is for users: what is private to a class is none of their business. */
const publicOnly = {
  name: 'public-only',
  packageLinkPhase({customElementsManifest}) {
    for (const module of customElementsManifest.modules) {
      for (const declaration of module.declarations ?? []) {
        declaration.members = declaration.members?.filter(({name, privacy}) => !name.startsWith('#') && privacy !== 'private' && privacy !== 'protected');
        // The analyzer lists what `dispatchEvent` is called with; the names are in the class's own comment.
        declaration.events = declaration.events?.filter(({name}) => name);
      }
    }
    customElementsManifest.modules = customElementsManifest.modules.filter(({path}) => PUBLIC_MODULES.has(path));
  },
};

const PUBLIC_MODULES = new Set(['src/chaser-live-view.ts', 'src/element.ts', 'src/index.ts', 'src/events.ts', 'src/errors.ts']);

export default {
  globs: ['src/**/*.ts'],
  outdir: 'dist',
  litelement: true,
  packagejson: false,
  plugins: [publicOnly],
};
