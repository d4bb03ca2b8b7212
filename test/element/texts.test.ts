import {assert} from 'chai';
import '../../src/index.js';
import {KEYS, ROWS, wordsFor} from '../../src/ui/texts.js';
import {partText, toBe} from '../support/surroundings.js';

describe('the words', () => {
  const tags: Element[] = [];
  const put = (parent: ParentNode, lang?: string) => {
    const element = document.createElement('div');
    if (lang !== undefined) element.lang = lang;
    parent.append(element);
    tags.push(element);
    return element;
  };

  afterEach(() => {
    for (const tag of tags.splice(0)) tag.remove();
    document.documentElement.removeAttribute('lang');
  });

  it('are all there in each language, in the right row', () => {
    const marks = {en: /picture/, de: /Bild/, es: /imagen/, fr: /image/, ja: /\p{Script=Hiragana}/u, zh: /^\p{Script=Han}+$/u};
    assert.sameMembers(Object.keys(ROWS), Object.keys(marks));
    for (const [language, mark] of Object.entries(marks)) {
      const {say} = wordsFor(put(document.body, language));
      for (const key of KEYS) assert.match(say(key), /^\S(.*\S)?$/u, `${language} ${key}`);
      assert.match(say('stalled'), mark, language);
      assert.equal(ROWS[language]?.split('|').length, KEYS.length, language);
      assert.equal(say(KEYS.at(-1) ?? 'idle'), ROWS[language]?.split('|').at(-1), language);
    }
  });

  it("are in the language of the nearest 'lang', through shadow roots", () => {
    document.documentElement.lang = 'ja';
    const outer = put(document.body, 'fr-CA');
    const root = outer.attachShadow({mode: 'open'});
    const inner = put(root);
    assert.equal(wordsFor(inner).lang, 'fr');
    assert.equal(wordsFor(inner).say('cancel'), 'Annuler');
    assert.equal(wordsFor(put(inner, 'DE')).lang, 'de');
    assert.equal(wordsFor(put(document.body)).lang, 'ja', "the document's");
  });

  it("are in the browser's language where the page names none, and in English where nobody has translated them", () => {
    const lost = document.createElement('div');
    const browsers = Object.keys(ROWS).find((language) => navigator.language.startsWith(language)) ?? 'en';
    assert.equal(wordsFor(lost).lang, browsers);
    assert.equal(wordsFor(put(document.body, 'pt')).lang, 'en');
    assert.equal(wordsFor(put(document.body, '')).lang, 'en');
  });

  it('are shown, and said to be in their language', async () => {
    const view = document.createElement('chaser-live-view');
    put(document.body, 'zh-TW').append(view);
    await toBe(view, () => partText(view, 'status') === '无会话');
    assert.equal(view.shadowRoot?.querySelector('[lang]')?.getAttribute('lang'), 'zh');
  });

  it('follow a page that changes its language, wherever it says so, and a view that moves into another', async () => {
    const outer = put(document.body);
    const inner = put(outer.attachShadow({mode: 'open'}));
    const view = document.createElement('chaser-live-view');
    view.controls = true;
    inner.append(view);
    const says = (words: string) => toBe(view, () => partText(view, 'status') === words && partText(view, 'controls').startsWith(words));
    for (const [element, lang, words] of [
      [document.documentElement, 'de', 'Keine Sitzung'], [document.documentElement, 'ja', 'セッションなし'], [outer, 'fr', 'Aucune session'],
      [inner, 'es', 'Sin sesión'], [view, 'en', 'No session'],
    ] as const) {
      element.lang = lang;
      await says(words);
    }
    view.removeAttribute('lang');
    await says('Sin sesión');
    put(document.body, 'zh').append(view);
    await says('无会话');
  });
});
