import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {dirname, join, relative} from 'node:path';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'playwright/test';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Which files may import which, by the beginnings of their paths. The first rule whose `from` matches a file applies. */
const RULES: readonly {readonly from: string; readonly mayImport: readonly string[]}[] = [
  {from: 'src/protocol', mayImport: ['src/protocol']},
  {from: 'src/stream/', mayImport: ['src/stream/', 'src/protocol', 'src/events.ts', 'src/errors.ts']},
  {from: 'src/input/', mayImport: ['src/input/', 'src/protocol.ts', 'src/events.ts', 'src/errors.ts']},
  // The tabs use only the view's public API.
  {from: 'src/tabs/', mayImport: ['src/tabs/', 'src/element.ts']},
  {from: 'src/', mayImport: ['src/']},
  {from: 'demo/server/', mayImport: ['demo/server/', 'src/protocol.ts']},
  {from: 'demo/site/shop/', mayImport: ['demo/site/', 'demo/server/']},
  {from: 'demo/site/', mayImport: ['demo/site/', 'demo/server/', 'src/']},
  {from: 'demo/start.ts', mayImport: ['demo/server/', 'demo/site/']},
];

/** The source files of the package's export names. */
const PACKAGE_FILES: Readonly<Record<string, string>> = {
  'chaser-live-view': 'src/index.ts', 'chaser-live-view/element': 'src/element.ts', 'chaser-live-view/protocol': 'src/protocol.ts',
  'chaser-live-view/tabs': 'src/tabs/index.ts',
};

const files = ['src', 'demo'].flatMap((folder) => sourcesIn(folder));
const imports = new Map(files.map((file) => [file, importsOf(file)]));

test('imports go one way: the package never imports the server, and the server never imports the demo', () => {
  const wrong = files.flatMap((file) => {
    const rule = RULES.find(({from}) => file.startsWith(from));
    if (!rule) return [`${file} is in no folder that has a rule`];
    return importsOfKnown(file).filter((target) => !rule.mayImport.some((place) => target.startsWith(place)))
      .map((target) => `${file} must not import ${target}`);
  });
  expect(wrong).toEqual([]);
});

test('there are no circular imports', () => {
  const cycles = new Set<string>();
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start !== -1) return void cycles.add([...path.slice(start), file].join(' → '));
    if (done.has(file)) return;
    for (const target of importsOfKnown(file)) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect([...cycles]).toEqual([]);
});

test('the files of these rules exist', () => {
  expect(files.length).toBeGreaterThan(100);
  for (const {from} of RULES) expect(files.some((file) => file.startsWith(from)), from).toBe(true);
  expect(importsOfKnown('demo/start.ts')).toContain('demo/site/demo-site.ts');
});

function importsOfKnown(file: string): readonly string[] {
  return imports.get(file) ?? [];
}

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), {withFileTypes: true, recursive: true})
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => !/(^|\/)(dist|node_modules)\//.test(file));
}

/** The project's files that a file imports: modules, types and dynamic imports. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  const specifiers = [...source.matchAll(/^(?:import|export)\b[^;'"`]*?from '([^']+)'|^import '([^']+)'|import\('([^']+)'\)/gm)];
  return specifiers.flatMap(([, from, bare, dynamic]) => resolve(file, from ?? bare ?? dynamic ?? ''));
}

function resolve(file: string, specifier: string): string[] {
  const ofPackage = PACKAGE_FILES[specifier];
  if (ofPackage) return [ofPackage];
  if (!specifier.startsWith('.')) return [];
  const path = join(dirname(file), specifier).replaceAll('\\', '/');
  const source = path.replace(/\.js$/, '.ts');
  return existsSync(join(root, source)) ? [source] : [path];
}
