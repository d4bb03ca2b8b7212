/**
 * The README's tables, made from the custom elements manifest. `npm run docs` writes them; a test compares them, so that
 * they can't drift from the code.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

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
const README = fileURLToPath(new URL('README.md', root));
const MANIFEST = fileURLToPath(new URL('dist/custom-elements.json', root));
const START = '<!-- api:start, made by npm run docs -->';
const END = '<!-- api:end -->';

/** The element's declaration in the manifest of the last build. */
export function readDeclaration(): ElementDeclaration {
  const manifest: {modules: {declarations?: ElementDeclaration[]}[]} = JSON.parse(readFileSync(MANIFEST, 'utf8'));
  const found = manifest.modules.flatMap(({declarations = []}) => declarations).find(({customElement}) => customElement);
  if (!found) throw new Error('The manifest has no custom element: run npm run build.');
  return found;
}

/** The README as it is, and as it would be with tables of the last build. */
export function readmeWithTables(): {readonly now: string; readonly made: string} {
  const now = readFileSync(README, 'utf8');
  const [start, end] = [now.indexOf(START), now.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`README.md has no ${START} … ${END}.`);
  const made = `${now.slice(0, start)}${START}\n\n${apiTables(readDeclaration())}\n${now.slice(end)}`;
  return {now, made};
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

function signature({name, parameters = [], return: result}: Member): string {
  const list = parameters.map((parameter) => `${parameter.name}${parameter.optional || parameter.default ? '?' : ''}`);
  const type = result?.type?.text;
  return `${name}(${list.join(', ')})${type && type !== 'void' ? `: ${type}` : ''}`;
}

function rows(items: readonly Described[] = []): (string | undefined)[][] {
  return items.map(({name, description}) => [code(name), description]);
}

function table(title: string, head: readonly string[], body: readonly (readonly (string | undefined)[])[]): string {
  const line = (cells: readonly (string | undefined)[]) => `| ${cells.map((cell = '') => cell.replaceAll('\n', ' ').replaceAll('|', '\\|')).join(' | ')} |`;
  return [`### ${title}`, '', line(head), line(head.map(() => '---')), ...body.map(line), ''].join('\n');
}

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(README, readmeWithTables().made);
  console.log('README.md has the tables of the last build.');
}
