import {createHash, timingSafeEqual} from 'node:crypto';

/** API keys and their workspaces. The time of a lookup reveals nothing about the keys. */
export class Keys {
  readonly #workspaces: readonly (readonly [digest: Buffer, workspace: string])[];

  constructor(keys: ReadonlyMap<string, string>) {
    this.#workspaces = [...keys].map(([key, workspace]) => [digest(key), workspace]);
  }

  /** The workspace of a `Bearer KEY` header. Undefined for an unknown key. */
  workspaceOf(authorization: string | undefined): string | undefined {
    const key = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (key === undefined) return undefined;
    const asked = digest(key);
    let found: string | undefined;
    for (const [known, workspace] of this.#workspaces) if (timingSafeEqual(known, asked)) found = workspace;
    return found;
  }
}

/** Compares two secrets in constant time. */
export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
