import {customElementJetBrainsPlugin} from 'custom-element-jet-brains-integration';
import {customElementVsCodePlugin} from 'custom-element-vs-code-integration';

/** The manifest is for users, so private members are left out. */
const publicOnly = {
  name: 'public-only',
  packageLinkPhase({customElementsManifest}) {
    for (const module of customElementsManifest.modules) {
      for (const declaration of module.declarations ?? []) {
        declaration.members = declaration.members?.filter(({name, privacy}) => !name.startsWith('#') && privacy !== 'private' && privacy !== 'protected');
        // `tokenendpoint` is only what frameworks write before the element is defined.
        declaration.attributes = declaration.attributes?.filter(({name}) => name !== 'tokenendpoint');
        // The analyzer also lists unnamed events from `dispatchEvent` calls. The named ones are in the class's doc comment.
        declaration.events = declaration.events?.filter(({name}) => name);
      }
    }
    customElementsManifest.modules = customElementsManifest.modules.filter(({path}) => PUBLIC_MODULES.has(path));
  },
};

/** Replaces a type's name by its values (`'contain' | 'cover'`), because editors cannot resolve the name. */
const attributeWords = () => {
  const words = new Map();
  return {
    name: 'attribute-words',
    analyzePhase({ts, node}) {
      if (!ts.isTypeAliasDeclaration(node) || !ts.isUnionTypeNode(node.type)) return;
      if (node.type.types.every((type) => ts.isLiteralTypeNode(type))) words.set(node.name.text, node.type.getText());
    },
    packageLinkPhase({customElementsManifest}) {
      for (const {declarations = []} of customElementsManifest.modules) {
        for (const attribute of declarations.flatMap(({attributes = []}) => attributes)) {
          const text = words.get(attribute.type?.text);
          if (text) attribute.type = {text};
        }
      }
    },
  };
};

const PUBLIC_MODULES = new Set([
  'src/chaser-live-view.ts', 'src/element.ts', 'src/index.ts', 'src/events.ts', 'src/errors.ts', 'src/tabs/chaser-live-tabs.ts', 'src/tabs/index.ts',
]);

export default {
  globs: ['src/**/*.ts'],
  outdir: 'dist',
  litelement: true,
  packagejson: false,
  plugins: [
    publicOnly,
    attributeWords(),
    // What editors read: completion and documentation in HTML and CSS, https://code.visualstudio.com/api/extension-guides/custom-data-extension
    // and https://plugins.jetbrains.com/docs/intellij/websymbols-web-types.html
    customElementVsCodePlugin({outdir: 'dist', htmlFileName: 'vscode.html-custom-data.json', cssFileName: 'vscode.css-custom-data.json'}),
    customElementJetBrainsPlugin({outdir: 'dist', packageJson: false}),
  ],
};
