import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';
import {expect, test} from 'playwright/test';
import {readDeclaration} from './api-tables.js';

// Both are CommonJS packages whose named exports Node can't detect.
const require = createRequire(import.meta.url);
const {getCSSLanguageService, newCSSDataProvider}: typeof import('vscode-css-languageservice') = require('vscode-css-languageservice');
const {TextDocument, getLanguageService, newHTMLDataProvider}: typeof import('vscode-html-languageservice') = require('vscode-html-languageservice');

const dist = (name: string) => JSON.parse(readFileSync(fileURLToPath(new URL(`../../dist/${name}`, import.meta.url)), 'utf8'));

/** Marks the caret in a piece of source. */
const CARET = '|';

test('Visual Studio Code completes the tag, its attributes and their values, and tells what they do', () => {
  const data = dist('vscode.html-custom-data.json');
  const service = getLanguageService({useDefaultDataProvider: false, customDataProviders: [newHTMLDataProvider('chaser', data)]});
  const at = (marked: string) => {
    const document = TextDocument.create('test:///index.html', 'html', 1, marked.replace(CARET, ''));
    return {document, position: document.positionAt(marked.indexOf(CARET)), html: service.parseHTMLDocument(document)};
  };
  const complete = (marked: string) => {
    const {document, position, html} = at(marked);
    return service.doComplete(document, position, html).items.map(({label}) => label);
  };
  expect(complete('<|')).toContain('chaser-live-view');
  const attributes = (readDeclaration().members ?? []).flatMap(({attribute}) => attribute ?? []);
  expect(attributes).toContain('token-endpoint');
  expect(complete('<chaser-live-view |></chaser-live-view>')).toEqual(expect.arrayContaining(attributes));
  expect(complete('<chaser-live-view fit="|"></chaser-live-view>')).toEqual(expect.arrayContaining(['contain', 'cover', 'fill', 'none', 'scale-down']));
  const {document, position, html} = at('<chaser-live-view to|ken-endpoint></chaser-live-view>');
  expect(JSON.stringify(service.doHover(document, position, html)?.contents)).toContain('POST');
});

test('and the custom properties and parts in a style sheet', () => {
  const service = getCSSLanguageService({customDataProviders: [newCSSDataProvider(dist('vscode.css-custom-data.json'))]});
  const complete = (marked: string) => {
    const document = TextDocument.create('test:///style.css', 'css', 1, marked.replace(CARET, ''));
    return service.doComplete(document, document.positionAt(marked.indexOf(CARET)), service.parseStylesheet(document)).items.map(({label}) => label);
  };
  expect(complete('chaser-live-view { --chaser| }')).toContain('--chaser-live-view-accent');
  expect(complete('chaser-live-view::|')).toContain('::part(canvas)');
});

test('JetBrains has the same as web types, by the name that package.json says', () => {
  const {'web-types': path}: {'web-types': string} = JSON.parse(readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'));
  const webTypes = dist(path.replace('./dist/', ''));
  expect(webTypes.name).toBe('chaser-live-view');
  const element = webTypes.contributions.html.elements.find(({name}: {name: string}) => name === 'chaser-live-view');
  const names = (items: readonly {name: string}[]) => items.map(({name}) => name).sort();
  const {members = [], events = []} = readDeclaration();
  expect(names(element.attributes)).toEqual(members.flatMap(({attribute}) => attribute ?? []).sort());
  expect(names(element.js.events)).toEqual(names(events));
  expect(element.attributes.find(({name}: {name: string}) => name === 'fit').value.type).toContain('scale-down');
});
