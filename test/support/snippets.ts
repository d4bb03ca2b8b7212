import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A fenced block of a Markdown file that names a file of its own: ` ```js server.mjs `. */
export interface Snippet {
  readonly name: string;
  readonly code: string;
}

/** The named blocks of a Markdown file of the project. */
export function snippetsOf(file: string): readonly Snippet[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^```\w+ (\S+)\n([^]*?)^```$/gm)].map(([, name = '', code = '']) => ({name, code}));
}

/**
 * Writes the named blocks of a Markdown file as the files that they are, into a folder of their own below the project,
 * from where its packages are found, and gives its path.
 */
export function unpackSnippets(file: string): string {
  const folder = join(root, 'test-results/snippets', file.replaceAll(/\W+/g, '-'));
  for (const {name, code} of snippetsOf(file)) {
    mkdirSync(dirname(join(folder, name)), {recursive: true});
    writeFileSync(join(folder, name), code);
  }
  return folder;
}
