import {assert} from 'chai';
import '../../src/index.js';
import {LANGUAGES, TEXTS, wordsFor} from '../../src/ui/texts.js';
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

  it('are all there in each language, none of them a copy of another language by mistake', () => {
    // Words that two languages share.
    const shared = new Set(['live', 'ok', 'idle']);
    for (const [key, texts] of Object.entries(TEXTS)) {
      assert.lengthOf(texts, LANGUAGES.length, key);
      for (const text of texts) assert.match(text, /^\S.*\S$/u, key);
      if (!shared.has(key)) assert.equal(new Set(texts).size, texts.length, key);
      assert.match(texts[4] + texts[5], key === 'ok' ? /./u : /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u, key);
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
    const browsers = LANGUAGES.find((language) => navigator.language.startsWith(language)) ?? 'en';
    assert.equal(wordsFor(lost).lang, browsers);
    assert.equal(wordsFor(put(document.body, 'pt')).lang, 'en');
    assert.equal(wordsFor(put(document.body, '')).lang, 'en');
  });

  it('are shown, and said to be in their language', async () => {
    const view = document.createElement('chaser-live-view');
    put(document.body, 'zh-TW').append(view);
    await toBe(view, () => partText(view, 'status') === '没有会话');
    assert.equal(view.shadowRoot?.querySelector('[lang]')?.getAttribute('lang'), 'zh');
  });
});
