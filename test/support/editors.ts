import {build} from 'esbuild';

/** A script with CodeMirror and `openEditor(parent, text)`, which returns the editor's view. */
export function codeMirror(): Promise<string> {
  return bundle(`
    import {basicSetup, EditorView} from 'codemirror';
    window.openEditor = (parent, doc) => new EditorView({parent, doc, extensions: [basicSetup]});`);
}

/** The same with ProseMirror, a rich-text editor with its own handlers for copy, cut and paste. */
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
