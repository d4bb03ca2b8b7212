import type {ServerMessage} from 'chaser-live-view/protocol';

/** What somebody who only watches is told: addresses without what may be a secret of whoever uses the session. */
export function forWatchOnly(message: ServerMessage): ServerMessage {
  if (message.type === 'page') return {...message, url: withoutQuery(message.url)};
  if (message.type === 'tabs') return {...message, tabs: message.tabs.map((tab) => ({...tab, url: withoutQuery(tab.url)}))};
  return message;
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}
