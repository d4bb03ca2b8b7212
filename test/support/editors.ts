import {build} from 'esbuild';

/** A script with CodeMirror and `openEditor(parent, text)`, which gives its view. */
export function codeMirror(): Promise<string> {
  return bundle(`
    import {basicSetup, EditorView} from 'codemirror';
    window.openEditor = (parent, doc) => new EditorView({parent, doc, extensions: [basicSetup]});`);
}

/** The same with ProseMirror, whose text is HTML: it has copy, cut and paste handlers of its own. */
export function proseMirror(): Promise<string> {
  return bundle(`
    import {EditorState} from 'prosemirror-state';
    import {EditorView} from 'prosemirror-view';
    import {schema} from 'prosemirror-schema-basic';
    import {DOMParser} from 'prosemirror-model';
    window.openEditor = (parent, html) => {
      const content = document.createElement('div');
      content.innerHTML = html;
      return new EditorView(parent, {state: EditorState.create({doc: DOMParser.fromSchema(schema).parse(content)})});
    };`);
}

async function bundle(contents: string): Promise<string> {
  const {outputFiles: [file]} = await build({
    stdin: {contents, resolveDir: import.meta.dirname},
    bundle: true, write: false, format: 'iife', target: 'es2022', minify: true,
  });
  return file?.text ?? '';
}
