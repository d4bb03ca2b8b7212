import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A fenced block of a Markdown file with a file name: ` ```js server.mjs `. */
export interface Snippet {
  readonly name: string;
  readonly code: string;
}

/** The blocks with a file name of a Markdown file in the project. */
export function snippetsOf(file: string): readonly Snippet[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^```\w+ (\S+)\n([^]*?)^```$/gm)].map(([, name = '', code = '']) => ({name, code}));
}

/**
 * Writes these blocks as files into a new folder. The folder is below the project, so that the project's packages are found. Returns its
 * path.
 */
export function unpackSnippets(file: string): string {
  const folder = join(root, 'test-results/snippets', file.replaceAll(/\W+/g, '-'));
  for (const {name, code} of snippetsOf(file)) {
    mkdirSync(dirname(join(folder, name)), {recursive: true});
    writeFileSync(join(folder, name), code);
  }
  return folder;
}
