/** Things that happen in a session and that the picture cannot show, by the reference server's codes. The last is for all others. */
export const NOTICES = [
  'page_crashed', 'file_chooser_declined', 'password_declined', 'permission_declined', 'program_declined', 'download_declined',
  'file_drop_declined', 'reload_declined', 'too_large', 'something_else',
] as const;

/** The names of the texts, in the order of each row below. */
export const KEYS = [
  'idle', 'connecting', 'live', 'stalled', 'reconnecting', 'expired', 'ended', 'failed', 'paused', 'resume', 'retry', 'reload',
  'watchOnly', 'takeControl', 'keyboardIsThere', 'leave', 'keyboard', 'screenshot', 'fullScreen', 'pictureInPicture',
  'ok', 'cancel', 'leavePage', ...NOTICES, 'choose', 'says', 'remotePage', 'showDialog',
  'personNeeded', 'done', 'cannot', 'why', 'send', 'wasDone', 'wasFailed', 'timeIsUp', 'notNeeded',
  'youDrive', 'otherDrives', 'nobodyDrives', 'giveBack', 'watching', 'zoom', 'twoFingers', 'notPossible', 'fileWanted', 'unreadable',
] as const;

export type TextKey = (typeof KEYS)[number];

/**
 * Every text that the element shows by itself: a row for each language, with `|` between the texts. A table with names in it
 * would add a tenth to the size of the element.
 */
export const ROWS: Readonly<Record<string, string>> = {
  en: 'No session|Connecting…|Live|The picture may be old|Reconnecting…|Access has expired|The session has ended|Can’t be shown|Paused|Resume|Try again|Reload the page|Watch only|Take control|Keyboard in session|leave|Keyboard|Screenshot|Full screen|Picture in picture|OK|Cancel|Leave the page?|The page has crashed and is loading again|The page asked for a file or folder that can’t be given here|The page asked for a password in a window of its own, which was closed|The page asked for a permission, which was refused|The link leads to another program, which can’t be opened here|The page offered a download, which was not taken|Files can’t be dropped here|Not reloaded: the form would be sent again|Too large to send|Something happened in the session that can’t be shown here|Choose|* says|The remote page|Show the page’s dialog|A person is needed:|Done|I can’t|What went wrong? (optional)|Send|Done, thank you|Given up|The time is up|No longer needed|You are in control|Somebody else is in control|Nobody is in control|Give control back|* watching|Zoom|Two fingers zoom|Not possible here|The page asks for a file|“*” can’t be read. Choose again',
  de: 'Keine Sitzung|Verbinden…|Live|Bild vielleicht veraltet|Neu verbinden…|Zugang abgelaufen|Sitzung beendet|Anzeige nicht möglich|Angehalten|Fortsetzen|Noch einmal|Seite neu laden|Nur zusehen|Übernehmen|Tastatur in der Sitzung|verlassen|Tastatur|Screenshot|Vollbild|Bild im Bild|OK|Abbrechen|Seite verlassen?|Die Seite ist abgestürzt und wird neu geladen|Die Seite wollte eine Datei oder einen Ordner: Das geht hier nicht|Die Seite wollte ein Passwort in einem eigenen Fenster, das geschlossen wurde|Die Seite wollte eine Berechtigung, die abgelehnt wurde|Der Link führt zu einem anderen Programm, das hier nicht geöffnet werden kann|Die Seite bot einen Download an, der nicht angenommen wurde|Dateien können hier nicht abgelegt werden|Nicht neu geladen: Das Formular würde erneut gesendet|Zu groß zum Senden|In der Sitzung ist etwas geschehen, das hier nicht gezeigt werden kann|Auswählen|* meldet|Die entfernte Seite|Dialog der Seite zeigen|Ein Mensch wird gebraucht:|Fertig|Geht nicht|Woran lag es? (freiwillig)|Senden|Erledigt, danke|Aufgegeben|Die Zeit ist um|Nicht mehr nötig|Sie steuern|Jemand anderes steuert|Niemand steuert|Steuerung abgeben|* sehen zu|Zoom|Zwei Finger zoomen|Hier nicht möglich|Die Seite möchte eine Datei|„*“ ist nicht lesbar. Bitte neu auswählen',
  es: 'Sin sesión|Conectando…|En directo|Sin imagen reciente|Reconectando…|Acceso caducado|Sesión terminada|No se puede mostrar|En pausa|Reanudar|Reintentar|Recarga la página|Solo ver|Controlar|Teclado en la sesión|salir|Teclado|Captura|Pantalla completa|Imagen en imagen|Aceptar|Cancelar|¿Salir de la página?|La página falló y se está recargando|La página pidió un archivo o una carpeta: aquí no es posible|La página pidió una contraseña en otra ventana, que se cerró|La página pidió un permiso, que se denegó|El enlace lleva a otro programa, que aquí no se puede abrir|La página ofreció una descarga, que no se aceptó|Aquí no se pueden soltar archivos|No se recargó: el formulario se enviaría otra vez|Demasiado grande para enviarlo|En la sesión ocurrió algo que aquí no se puede mostrar|Elegir|* dice|La página remota|Mostrar el diálogo de la página|Se necesita a una persona:|Hecho|No puedo|¿Qué ha fallado? (opcional)|Enviar|Hecho, gracias|Se ha desistido|Se acabó el tiempo|Ya no hace falta|Tienes el control|Otra persona tiene el control|Nadie tiene el control|Ceder el control|* mirando|Zoom|Dos dedos amplían|No es posible aquí|La página pide un archivo|No se puede leer «*». Elige otra vez',
  fr: 'Aucune session|Connexion…|En direct|Pas d’image récente|Reconnexion…|Accès expiré|Session terminée|Affichage impossible|En pause|Reprendre|Réessayer|Rechargez la page|Lecture seule|Contrôler|Clavier dans la session|quitter|Clavier|Capture|Plein écran|Image dans l’image|OK|Annuler|Quitter la page ?|La page a planté et se recharge|La page a demandé un fichier ou un dossier : impossible ici|La page a demandé un mot de passe dans une autre fenêtre, qui a été fermée|La page a demandé une autorisation, qui a été refusée|Le lien mène à un autre programme, qui ne peut pas s’ouvrir ici|La page a proposé un téléchargement, qui n’a pas été accepté|Impossible de déposer des fichiers ici|Non rechargé : le formulaire serait renvoyé|Trop volumineux pour l’envoi|Il s’est passé dans la session quelque chose qui ne peut pas être montré ici|Choisir|* indique|La page distante|Afficher le dialogue de la page|Une personne est demandée :|Terminé|Impossible|Quel est le problème ? (facultatif)|Envoyer|Terminé, merci|Abandonné|Le temps est écoulé|Plus nécessaire|Vous avez le contrôle|Quelqu’un d’autre a le contrôle|Personne n’a le contrôle|Rendre le contrôle|* regardent|Zoom|Deux doigts pour zoomer|Impossible ici|La page demande un fichier|« * » est illisible. Choisissez à nouveau',
  ja: 'セッションなし|接続中…|ライブ|画面が更新されていません|再接続中…|有効期限切れ|セッション終了|表示できません|一時停止中|再開|再試行|再読み込みしてください|閲覧のみ|操作する|キー入力はセッションへ|解除|キーボード|画面を保存|全画面|小窓|OK|キャンセル|ページを離れますか？|ページがクラッシュしたため再読み込みしています|ページがファイルかフォルダーを求めましたが、ここでは渡せません|ページが別ウィンドウでパスワードを求めましたが、閉じられました|ページが許可を求めましたが、拒否されました|リンク先は別のアプリで、ここでは開けません|ページのダウンロードは受け付けられませんでした|ここにファイルはドロップできません|再読み込みしませんでした：フォームが再送信されます|大きすぎて送信できません|セッションで、ここに表示できないことが起きました|選択|* の内容|リモートページ|ページのダイアログを表示|人の操作が必要です：|完了|できません|何が問題でしたか？（任意）|送信|完了しました。ありがとうございます|中止しました|時間切れです|不要になりました|あなたが操作中|ほかの人が操作中|操作中の人はいません|操作を返す|*人が閲覧中|拡大|二本指で拡大できます|ここではできません|ページがファイルを求めています|「*」を読み込めません。選び直してください',
  zh: '无会话|连接中…|实时|画面可能已过时|重连中…|访问已过期|会话已结束|无法显示|已暂停|继续|重试|请刷新页面|仅观看|接管|键盘正在控制会话|退出|键盘|截图|全屏|画中画|确定|取消|离开此页面？|页面已崩溃，正在重新加载|页面请求文件或文件夹，但此处无法提供|页面在单独的窗口中请求密码，该窗口已被关闭|页面请求权限，已被拒绝|该链接指向其他程序，无法在此打开|页面提供了下载，但未被接收|无法将文件拖放到此处|未重新加载：表单会再次提交|文件过大，无法发送|会话中发生了无法在此显示的情况|选择|* 显示|远程页面|显示该页面的对话框|需要人工处理：|完成|无法完成|遇到了什么问题？（可选）|发送|已完成，谢谢|已放弃|时间已到|不再需要|由您控制|由他人控制|无人控制|交还控制|*人正在观看|缩放|双指可缩放|此处无法实现|页面请求文件|无法读取“*”，请重新选择',
};

/** The texts of one language. */
export interface Words {
  readonly lang: string;
  /** `name` is what the text is about, for those with a `*`. */
  readonly say: (key: TextKey, name?: string) => string;
}

/**
 * The texts for an element: in the language of the nearest `lang` around it, else in the browser's, else in English.
 * @param onRoot is called with each tree in which a change of `lang` may change that.
 */
export function wordsFor(element: Element, onRoot?: (root: Node) => void): Words {
  const wanted = languageOf(element, onRoot).slice(0, 2).toLowerCase();
  const lang = Object.hasOwn(ROWS, wanted) ? wanted : 'en';
  const words = ROWS[lang]?.split('|');
  return {lang, say: (key, name = '*') => words?.[KEYS.indexOf(key)]?.replace('*', () => name) ?? ''};
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
