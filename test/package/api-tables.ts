/**
 * Generates the README's tables from the custom elements manifest. `npm run docs` writes them, and a test checks that they match
 * the code.
 */
import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {brotliSize, partSizes} from './part-sizes.js';

interface Described {
  readonly name: string;
  readonly description?: string;
  readonly default?: string;
  readonly type?: {readonly text: string};
}

interface Member extends Described {
  readonly kind: 'field' | 'method';
  readonly static?: boolean;
  readonly readonly?: boolean;
  readonly attribute?: string;
  readonly inheritedFrom?: object;
  readonly parameters?: readonly (Described & {readonly optional?: boolean})[];
  readonly return?: {readonly type?: {readonly text: string}};
}

interface ElementDeclaration extends Described {
  readonly customElement?: boolean;
  readonly members?: readonly Member[];
  readonly events?: readonly Described[];
  readonly slots?: readonly Described[];
  readonly cssParts?: readonly Described[];
  readonly cssProperties?: readonly Described[];
  readonly cssStates?: readonly Described[];
}

const root = new URL('../../', import.meta.url);
const MANIFEST = fileURLToPath(new URL('dist/custom-elements.json', root));

/** The modules in the manifest of the last build: those of the view, or of its tabs. */
export function readModules(isTabs = false): readonly {declarations?: readonly ElementDeclaration[]}[] {
  const manifest: {modules: {path: string; declarations?: ElementDeclaration[]}[]} = JSON.parse(readFileSync(MANIFEST, 'utf8'));
  return manifest.modules.filter(({path}) => path.startsWith('src/tabs/') === isTabs);
}

/** The view's declaration, or that of its tabs. */
export function readDeclaration(isTabs = false): ElementDeclaration {
  const found = readModules(isTabs).flatMap(({declarations = []}) => declarations).find(({customElement}) => customElement);
  if (!found) throw new Error('The manifest has no custom element: run npm run build.');
  return found;
}

/** A document's current text, and its text with the parts that are generated from the last build. */
export interface MadeDocument {
  readonly file: string;
  readonly now: string;
  readonly made: string;
}

/** The documents with generated parts. */
export function madeDocuments(): readonly MadeDocument[] {
  return [
    remake('README.md', {api: apiTables(readDeclaration()), tabs: tabsTables(readDeclaration(true))}),
    remake('demo/docs/files.md', {hashes: hashTable(), sizes: sizeTable()}),
  ];
}

function remake(name: string, parts: Readonly<Record<string, string>>): MadeDocument {
  const file = fileURLToPath(new URL(name, root));
  const now = readFileSync(file, 'utf8');
  return {file, now, made: Object.entries(parts).reduce((text, [part, made]) => withPart(text, name, part, made), now)};
}

function withPart(now: string, name: string, part: string, text: string): string {
  const marks = [`<!-- ${part}:start, made by npm run docs -->`, `<!-- ${part}:end -->`] as const;
  const [start, end] = marks.map((mark) => now.indexOf(mark));
  if (start === undefined || end === undefined || start < 0 || end < start) throw new Error(`${name} has no ${marks.join(' … ')}.`);
  return `${now.slice(0, start)}${marks[0]}\n\n${text}\n${now.slice(end)}`;
}

function hashTable(): string {
  const files = ['chaser-live-view.iife.js', 'chaser-live-view.js'];
  return table(undefined, ['file', 'integrity'], files.map((file) => {
    const code = readFileSync(new URL(`dist/${file}`, root));
    return [`\`dist/${file}\``, `\`sha384-${createHash('sha384').update(code).digest('base64')}\``];
  }));
}

function sizeTable(): string {
  const rows = [...partSizes()].sort((a, b) => b.brotliBytes - a.brotliBytes).map(({name, brotliBytes}) => [name, kilobytes(brotliBytes)]);
  return table(undefined, ['part', 'kB'], [...rows, ['**the whole file**', `**${kilobytes(brotliSize('chaser-live-view.js'))}**`]]);
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

function apiTables(element: ElementDeclaration): string {
  const members = (element.members ?? []).filter((member) => !member.static && !member.inheritedFrom);
  const fields = members.filter(({kind}) => kind === 'field');
  const methods = members.filter(({kind, name}) => kind === 'method' && !name.endsWith('EventListener'));
  return [
    table('Attributes and properties', ['attribute', 'property', 'default', ''], fields.filter((field) => !field.readonly)
      .map((field) => [code(field.attribute), code(`${field.name}: ${field.type?.text}`), code(field.default), field.description])),
    table('Read only', ['property', ''], fields.filter((field) => field.readonly)
      .map((field) => [code(`${field.name}: ${field.type?.text}`), field.description])),
    table('Methods', ['method', ''], methods.map((method) => [code(signature(method)), method.description])),
    table('Events', ['event', ''], rows(element.events)),
    table('Slots', ['slot', ''], rows(element.slots)),
    table('Parts', ['part', ''], rows(element.cssParts)),
    table('Custom properties', ['property', 'default', ''], (element.cssProperties ?? [])
      .map((property) => [code(property.name), code(property.default), property.description])),
    table('Custom states', ['state', ''], rows(element.cssStates)),
  ].join('\n');
}

function tabsTables(element: ElementDeclaration): string {
  const fields = (element.members ?? []).filter(({kind, attribute}) => kind === 'field' && attribute);
  return [
    table(undefined, ['attribute', 'property', 'default', ''], fields.map((field) => [code(field.attribute), code(`${field.name}: ${field.type?.text}`), code(field.default), field.description])),
    table(undefined, ['part', ''], rows(element.cssParts)),
  ].join('\n');
}

function signature({name, parameters = [], return: result}: Member): string {
  const list = parameters.map((parameter) => `${parameter.name}${parameter.optional || parameter.default ? '?' : ''}`);
  const type = result?.type?.text;
  return `${name}(${list.join(', ')})${type && type !== 'void' ? `: ${type}` : ''}`;
}

function rows(items: readonly Described[] = []): (string | undefined)[][] {
  return items.map(({name, description}) => [code(name), description]);
}

function table(title: string | undefined, head: readonly string[], body: readonly (readonly (string | undefined)[])[]): string {
  const line = (cells: readonly (string | undefined)[]) => `| ${cells.map((cell = '') => cell.replaceAll('\n', ' ').replaceAll('|', '\\|')).join(' | ')} |`;
  return [...(title === undefined ? [] : [`### ${title}`, '']), line(head), line(head.map(() => '---')), ...body.map(line), ''].join('\n');
}

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const {file, made} of madeDocuments()) writeFileSync(file, made);
  console.log('README.md has the tables of the last build, demo/docs/files.md its hashes and sizes.');
}
