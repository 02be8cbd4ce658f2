import { generateKeyPair, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { randomId } from '../random.js';

/** A key as the JWKS lists it (RFC 7517). */
export type Jwk = Readonly<Record<string, unknown>>;

/** A key pair and the name under which Clerk publishes it. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const RSA_2048 = { modulusLength: 2048 };

/** Which keys sign, and which does the world know? */
export class SigningKeys {
  /** Newest first: that one signs. */
  #own: readonly [SigningKey, ...SigningKey[]];
  #foreign: SigningKey | undefined;
  readonly #published: Jwk[] = [];

  private constructor(first: SigningKey) {
    this.#own = [first];
  }

  static async generate(): Promise<SigningKeys> {
    const pair = await promisify(generateKeyPair)('rsa', RSA_2048);
    return new SigningKeys({ kid: randomId('ins'), ...pair });
  }

  get current(): SigningKey {
    return this.#own[0];
  }

  /** A key that Clerk does not know. Made on first use: RSA keys are slow to make. */
  get foreign(): SigningKey {
    this.#foreign ??= freshKey();
    return this.#foreign;
  }

  get jwks(): { readonly keys: readonly Jwk[] } {
    return { keys: [...this.#own.map(publicJwk), ...this.#published] };
  }

  rotate(keepOld: boolean): void {
    this.#own = keepOld ? [freshKey(), ...this.#own] : [freshKey()];
  }

  retireOld(): void {
    this.#own = [this.current];
  }

  publish(jwk: Jwk): void {
    this.#published.push(jwk);
  }
}

/** The public half as Clerk's dashboard shows it. */
export function publicPem({ publicKey }: SigningKey): string {
  return publicKey.export({ type: 'spki', format: 'pem' }).toString();
}

function publicJwk({ kid, publicKey }: SigningKey): Jwk {
  return { use: 'sig', kid, alg: 'RS256', ...publicKey.export({ format: 'jwk' }) };
}

function freshKey(): SigningKey {
  return { kid: randomId('ins'), ...generateKeyPairSync('rsa', RSA_2048) };
}
