const KEYS = ['tabs', 'back', 'forward', 'reload', 'stop', 'address', 'newTab', 'close', 'noAddress'] as const;

export type TextKey = (typeof KEYS)[number];

/** A row for each language, `|` between the words. */
const ROWS: Readonly<Record<string, string>> = {
  en: 'Tabs|Back|Forward|Reload|Stop|Address|New tab|Close|Not a web address',
  de: 'Tabs|Zurück|Vorwärts|Neu laden|Anhalten|Adresse|Neuer Tab|Schließen|Keine Webadresse',
  es: 'Pestañas|Atrás|Adelante|Recargar|Detener|Dirección|Nueva pestaña|Cerrar|No es una dirección web',
  fr: 'Onglets|Précédent|Suivant|Actualiser|Arrêter|Adresse|Nouvel onglet|Fermer|Ce n’est pas une adresse web',
  ja: 'タブ|戻る|進む|再読み込み|中止|アドレス|新しいタブ|閉じる|ウェブアドレスではありません',
  zh: '标签页|后退|前进|重新加载|停止|地址|新标签页|关闭|不是网址',
};

export interface Words {
  readonly lang: string;
  readonly say: (key: TextKey) => string;
}

/** The words for an element: in the language of the nearest `lang` around it, else in the browser's, else in English. */
export function wordsFor(element: Element): Words {
  const wanted = languageOf(element).slice(0, 2).toLowerCase();
  const lang = Object.hasOwn(ROWS, wanted) ? wanted : 'en';
  const words = ROWS[lang]?.split('|');
  return {lang, say: (key) => words?.[KEYS.indexOf(key)] ?? ''};
}

function languageOf(element: Element): string {
  for (let at: Element | undefined = element; at;) {
    const found = at.closest<HTMLElement>('[lang]');
    if (found) return found.lang;
    const root = at.getRootNode();
    at = root instanceof ShadowRoot ? root.host : undefined;
  }
  return navigator.language;
}
