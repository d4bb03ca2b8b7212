import type {ServerMessage} from 'chaser-live-view/protocol';

/** Removes the parts of addresses that may contain secrets from a message to a watch-only viewer. */
export function forWatchOnly(message: ServerMessage): ServerMessage {
  if (message.type === 'page') return {...message, url: withoutSecrets(message.url)};
  if (message.type === 'tabs') return {...message, tabs: message.tabs.map((tab) => ({...tab, url: withoutSecrets(tab.url)}))};
  return message;
}

/**
 * Without user, password, query and fragment. The URL may have been cut, so it is not parsed. One without a path was cut before the path
 * began, perhaps within the password.
 */
function withoutSecrets(url: string): string {
  return url.replace(/[?#].*$/s, '').replace(/^([^/]*:\/\/)(?:[^/]*@|[^/]*$)/, '$1');
}
