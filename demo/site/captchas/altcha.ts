import {randomBytes} from 'node:crypto';
import {createChallenge, randomInt, verifySolution} from 'altcha-lib';
import {deriveKey} from 'altcha-lib/algorithms/pbkdf2';
import type {Challenge, Payload} from 'altcha-lib/types';

const TTL_MS = 5 * 60_000;
const MAX_SPENT = 10_000;

/** ALTCHA's server side: proof-of-work challenges, each valid once. */
export class Altcha {
  readonly #secret = randomBytes(32).toString('hex');
  readonly #spent = new Set<string>();

  challenge(): Promise<Challenge> {
    return createChallenge({
      algorithm: 'PBKDF2/SHA-256', cost: 1_000, counter: randomInt(400, 200), deriveKey,
      hmacSignatureSecret: this.#secret, expiresAt: new Date(Date.now() + TTL_MS),
    });
  }

  async isSolved(encoded: string): Promise<boolean> {
    const payload = parsePayload(encoded);
    const signature = payload?.challenge.signature;
    if (!payload || signature === undefined || this.#spent.has(signature)) return false;
    const {verified} = await verifySolution({...payload, deriveKey, hmacSignatureSecret: this.#secret});
    if (!verified) return false;
    const [oldest] = this.#spent;
    if (oldest !== undefined && this.#spent.size >= MAX_SPENT) this.#spent.delete(oldest);
    this.#spent.add(signature);
    return true;
  }
}

/** Parses the members that `verifySolution` needs. It checks the others against the signature. */
function parsePayload(encoded: string): Payload | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString());
    return isPayload(payload) ? payload : undefined;
  } catch {
    return undefined;
  }
}

function isPayload(value: unknown): value is Payload {
  if (typeof value !== 'object' || value === null || !('challenge' in value) || !('solution' in value)) return false;
  const {challenge, solution} = value;
  return typeof challenge === 'object' && challenge !== null && 'parameters' in challenge && typeof challenge.parameters === 'object'
    && typeof solution === 'object' && solution !== null && 'counter' in solution && 'derivedKey' in solution;
}
