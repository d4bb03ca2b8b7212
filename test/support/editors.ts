import {build} from 'esbuild';

/** A script with CodeMirror and `openEditor(parent, text)`, which gives its view. */
export async function codeMirror(): Promise<string> {
  const {outputFiles: [file]} = await build({
    stdin: {
      contents: `
        import {basicSetup, EditorView} from 'codemirror';
        window.openEditor = (parent, doc) => new EditorView({parent, doc, extensions: [basicSetup]});`,
      resolveDir: import.meta.dirname,
    },
    bundle: true, write: false, format: 'iife', target: 'es2022', minify: true,
  });
  return file?.text ?? '';
}
