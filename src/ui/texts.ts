/** The names of the words, in the order of each row below. */
export const KEYS = [
  'idle', 'connecting', 'live', 'stalled', 'reconnecting', 'expired', 'ended', 'failed', 'paused', 'resume', 'reload',
  'watchOnly', 'takeControl', 'keyboardIsThere', 'leave', 'keyboard', 'screenshot', 'fullScreen', 'pictureInPicture',
  'ok', 'cancel', 'leavePage', 'choose',
] as const;

export type TextKey = (typeof KEYS)[number];

/**
 * Every word that the element shows by itself: a row for each language, `|` between the words. A table with names in it
 * would be a tenth of the whole element on the wire.
 */
export const ROWS: Readonly<Record<string, string>> = {
  en: 'No session|Connecting…|Live|The picture may be old|Reconnecting…|Access has expired|The session has ended|Can’t be shown|Paused|Resume|Reload the page|Watch only|Take control|Keyboard in session|leave|Keyboard|Screenshot|Full screen|Picture in picture|OK|Cancel|Leave the page?|Choose',
  de: 'Keine Sitzung|Verbinden…|Live|Das Bild ist vielleicht alt|Neu verbinden…|Zugang abgelaufen|Sitzung beendet|Nicht anzeigbar|Angehalten|Fortsetzen|Seite neu laden|Nur zusehen|Übernehmen|Tastatur in der Sitzung|verlassen|Tastatur|Bildschirmfoto|Vollbild|Bild im Bild|OK|Abbrechen|Seite verlassen?|Auswählen',
  es: 'Sin sesión|Conectando…|En directo|La imagen puede ser antigua|Reconectando…|Acceso caducado|Sesión terminada|No se puede mostrar|En pausa|Reanudar|Recarga la página|Solo ver|Tomar el control|Teclado en la sesión|salir|Teclado|Captura|Pantalla completa|Imagen en imagen|Aceptar|Cancelar|¿Salir de la página?|Elegir',
  fr: 'Aucune session|Connexion…|En direct|L’image peut être ancienne|Reconnexion…|Accès expiré|Session terminée|Affichage impossible|En pause|Reprendre|Rechargez la page|Voir seulement|Prendre la main|Clavier dans la session|quitter|Clavier|Capture d’écran|Plein écran|Image dans l’image|OK|Annuler|Quitter la page ?|Choisir',
  ja: 'セッションなし|接続中…|ライブ|画面が古い可能性があります|再接続中…|期限切れです|セッション終了|表示できません|一時停止|再開|ページを再読み込み|閲覧のみ|操作する|キーボードはセッション内|戻る|キーボード|画面を保存|全画面|小窓で表示|OK|キャンセル|ページを離れますか？|選択',
  zh: '无会话|连接中…|实时|画面可能已过时|重新连接中…|访问已过期|会话已结束|无法显示|已暂停|继续|请重新加载页面|仅观看|接管控制|键盘在会话中|退出|键盘|截图|全屏|画中画|确定|取消|离开此页？|选择',
};

/** The words of one language. */
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
