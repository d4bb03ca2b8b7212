/** The names of the words, in the order of each row below. */
export const KEYS = [
  'idle', 'connecting', 'live', 'stalled', 'reconnecting', 'expired', 'ended', 'failed', 'paused', 'resume', 'retry', 'reload',
  'watchOnly', 'takeControl', 'keyboardIsThere', 'leave', 'keyboard', 'screenshot', 'fullScreen', 'pictureInPicture',
  'ok', 'cancel', 'leavePage', 'choose',
] as const;

export type TextKey = (typeof KEYS)[number];

/**
 * Every word that the element shows by itself: a row for each language, `|` between the words. A table with names in it
 * would be a tenth of the whole element on the wire.
 */
export const ROWS: Readonly<Record<string, string>> = {
  en: 'No session|Connecting…|Live|The picture may be old|Reconnecting…|Access has expired|The session has ended|Can’t be shown|Paused|Resume|Try again|Reload the page|Watch only|Take control|Keyboard in session|leave|Keyboard|Screenshot|Full screen|Picture in picture|OK|Cancel|Leave the page?|Choose',
  de: 'Keine Sitzung|Verbinden…|Live|Bild vielleicht veraltet|Neu verbinden…|Zugang abgelaufen|Sitzung beendet|Anzeige nicht möglich|Angehalten|Fortsetzen|Noch einmal|Seite neu laden|Nur zusehen|Übernehmen|Tastatur in der Sitzung|verlassen|Tastatur|Screenshot|Vollbild|Bild im Bild|OK|Abbrechen|Seite verlassen?|Auswählen',
  es: 'Sin sesión|Conectando…|En directo|Sin imagen reciente|Reconectando…|Acceso caducado|Sesión terminada|No se puede mostrar|En pausa|Reanudar|Reintentar|Recarga la página|Solo ver|Controlar|Teclado en la sesión|salir|Teclado|Captura|Pantalla completa|Imagen en imagen|Aceptar|Cancelar|¿Salir de la página?|Elegir',
  fr: 'Aucune session|Connexion…|En direct|Pas d’image récente|Reconnexion…|Accès expiré|Session terminée|Affichage impossible|En pause|Reprendre|Réessayer|Rechargez la page|Lecture seule|Contrôler|Clavier dans la session|quitter|Clavier|Capture|Plein écran|Image dans l’image|OK|Annuler|Quitter la page ?|Choisir',
  ja: 'セッションなし|接続中…|ライブ|画面が更新されていません|再接続中…|有効期限切れ|セッション終了|表示できません|一時停止中|再開|再試行|再読み込みしてください|閲覧のみ|操作する|キー入力はセッションへ|解除|キーボード|画面を保存|全画面|小窓|OK|キャンセル|ページを離れますか？|選択',
  zh: '无会话|连接中…|实时|画面可能已过时|重连中…|访问已过期|会话已结束|无法显示|已暂停|继续|重试|请刷新页面|仅观看|接管|键盘正在控制会话|退出|键盘|截图|全屏|画中画|确定|取消|离开此页面？|选择',
};

/** The words of one language. */
export interface Words {
  readonly lang: string;
  readonly say: (key: TextKey) => string;
}

/**
 * The words for an element: in the language of the nearest `lang` around it, else in the browser's, else in English.
 * @param onRoot is given each tree in which a change of `lang` may change that.
 */
export function wordsFor(element: Element, onRoot?: (root: Node) => void): Words {
  const wanted = languageOf(element, onRoot).slice(0, 2).toLowerCase();
  const lang = Object.hasOwn(ROWS, wanted) ? wanted : 'en';
  const words = ROWS[lang]?.split('|');
  return {lang, say: (key) => words?.[KEYS.indexOf(key)] ?? ''};
}

function languageOf(element: Element, onRoot?: (root: Node) => void): string {
  for (let at: Element | undefined = element; at;) {
    const root = at.getRootNode();
    onRoot?.(root);
    const found = at.closest<HTMLElement>('[lang]');
    if (found) return found.lang;
    at = root instanceof ShadowRoot ? root.host : undefined;
  }
  return navigator.language;
}
