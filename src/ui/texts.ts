/** The languages of the words below, in their order. */
export const LANGUAGES = ['en', 'de', 'es', 'fr', 'ja', 'zh'] as const;

type InEachLanguage = readonly [en: string, de: string, es: string, fr: string, ja: string, zh: string];

/** Every word that the element shows by itself. */
export const TEXTS = {
  idle: ['No session to show', 'Keine Sitzung', 'No hay sesión', 'Aucune session', 'セッションがありません', '没有会话'],
  connecting: ['Connecting…', 'Verbinden…', 'Conectando…', 'Connexion…', '接続中…', '正在连接…'],
  live: ['Live', 'Live', 'En directo', 'En direct', 'ライブ', '实时'],
  stalled: [
    'No answer yet: the picture may be old', 'Noch keine Antwort: Das Bild kann alt sein', 'Sin respuesta: la imagen puede ser antigua',
    'Pas de réponse : l’image peut être ancienne', '応答がありません。画面が古い可能性があります', '暂无响应，画面可能已过时',
  ],
  reconnecting: [
    'Connection lost. Reconnecting…', 'Verbindung unterbrochen. Neu verbinden…', 'Conexión perdida. Reconectando…',
    'Connexion perdue. Reconnexion…', '接続が切れました。再接続中…', '连接中断，正在重新连接…',
  ],
  expired: ['Access has expired', 'Der Zugang ist abgelaufen', 'El acceso ha caducado', 'L’accès a expiré', 'アクセスの期限が切れました', '访问已过期'],
  ended: ['The session has ended', 'Die Sitzung ist beendet', 'La sesión ha terminado', 'La session est terminée', 'セッションは終了しました', '会话已结束'],
  failed: [
    'The session can’t be shown', 'Die Sitzung kann nicht gezeigt werden', 'No se puede mostrar la sesión',
    'Impossible d’afficher la session', 'セッションを表示できません', '无法显示会话',
  ],
  paused: ['Paused', 'Angehalten', 'En pausa', 'En pause', '一時停止中', '已暂停'],
  connect: ['Connect', 'Verbinden', 'Conectar', 'Connecter', '接続', '连接'],
  resume: ['Resume', 'Fortsetzen', 'Reanudar', 'Reprendre', '再開', '继续'],
  retry: ['Try again', 'Noch einmal', 'Reintentar', 'Réessayer', '再試行', '重试'],
  reload: [
    'Reload the page to go on', 'Zum Fortsetzen die Seite neu laden', 'Recarga la página para seguir',
    'Rechargez la page pour continuer', 'ページを再読み込みしてください', '请重新加载页面',
  ],
  watchOnly: ['Watch only', 'Nur zusehen', 'Solo ver', 'Voir seulement', '閲覧のみ', '仅观看'],
  takeControl: ['Take control', 'Übernehmen', 'Tomar el control', 'Prendre la main', '操作する', '接管控制'],
  keyboard: [
    'The session has the keyboard; Ctrl+Alt+Shift gives it back', 'Die Sitzung hat die Tastatur; Strg+Alt+Umschalt gibt sie zurück',
    'La sesión tiene el teclado; Ctrl+Alt+Mayús lo devuelve', 'La session a le clavier ; Ctrl+Alt+Maj le rend',
    'キーボードはセッションにあります。Ctrl+Alt+Shiftで戻ります', '键盘由会话使用；Ctrl+Alt+Shift 可收回',
  ],
  softKeyboard: ['Keyboard', 'Tastatur', 'Teclado', 'Clavier', 'キーボード', '键盘'],
  screenshot: ['Screenshot', 'Bildschirmfoto', 'Captura de pantalla', 'Capture d’écran', 'スクリーンショット', '截图'],
  fullScreen: ['Full screen', 'Vollbild', 'Pantalla completa', 'Plein écran', '全画面', '全屏'],
  pictureInPicture: ['Picture in picture', 'Bild im Bild', 'Imagen en imagen', 'Image dans l’image', 'ピクチャーインピクチャー', '画中画'],
  ok: ['OK', 'OK', 'Aceptar', 'OK', 'OK', '确定'],
  cancel: ['Cancel', 'Abbrechen', 'Cancelar', 'Annuler', 'キャンセル', '取消'],
  leave: ['Leave', 'Verlassen', 'Salir', 'Quitter', '離れる', '离开'],
  says: ['The page says', 'Die Seite meldet', 'La página dice', 'La page indique', 'ページからのメッセージ', '网页提示'],
  leavePage: ['Leave the page?', 'Die Seite verlassen?', '¿Salir de la página?', 'Quitter la page ?', 'このページを離れますか？', '要离开此网页吗？'],
  choose: ['Choose', 'Auswählen', 'Elegir', 'Choisir', '選択', '选择'],
} satisfies Record<string, InEachLanguage>;

export type TextKey = keyof typeof TEXTS;

/** Where the element's words come from: its language, as an index into `LANGUAGES`. */
export interface Words {
  readonly lang: string;
  readonly say: (key: TextKey) => string;
}

/** The words for an element: in the language of the nearest `lang` around it, else in the browser's, else in English. */
export function wordsFor(element: Element): Words {
  const wanted = languageOf(element).slice(0, 2).toLowerCase();
  const index = Math.max(0, LANGUAGES.findIndex((language) => language === wanted));
  return {lang: LANGUAGES[index] ?? 'en', say: (key) => TEXTS[key][index] ?? key};
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
