import { createHmac } from 'node:crypto';
import { ConfigurationError } from '../../../errors/configuration-error.js';
import { randomSigningSecret } from '../random.js';

/** Milliseconds that a secret goes on after another took its place. */
const KEPT_FOR = 24 * 60 * 60 * 1000;

interface OldSecret {
  readonly secret: string;
  readonly until: number;
}

/** Which secrets sign for an endpoint? */
export class SigningSecrets {
  #current: string;
  #old: readonly OldSecret[] = [];
  readonly #now: () => number;

  /** @throws ConfigurationError `configuration_invalid` for what can be no secret */
  constructor(secret: string, now: () => number) {
    if (!isSecret(secret)) throw new ConfigurationError([NO_SECRET]);
    this.#current = secret;
    this.#now = now;
  }

  get current(): string {
    return this.#current;
  }

  /** The newest first; never none. */
  get valid(): readonly string[] {
    const now = this.#now();
    const old = this.#old.filter(({ until }) => now < until).map(({ secret }) => secret);
    return [this.#current, ...old].slice(0, MOST);
  }

  rotate(keepOld: boolean): string {
    const until = this.#now() + KEPT_FOR;
    this.#old = keepOld ? [{ secret: this.#current, until }, ...this.#old] : [];
    this.#current = randomSigningSecret();
    return this.#current;
  }
}

/** As many signatures as Svix sends at the most. */
const MOST = 11;

const NO_SECRET =
  'A `secret` of `webhooks.to()` is 16 to 128 bytes in base64, after an optional whsec_. Leave it out for a random one.';

/** One signature of what is sent, as Svix writes it. */
export function signatureOf(
  secret: string,
  id: string,
  timestamp: string,
  body: Uint8Array,
): string {
  const mac = createHmac('sha256', keyIn(secret)).update(`${id}.${timestamp}.`).update(body);
  return `v1,${mac.digest('base64')}`;
}

function isSecret(secret: string): boolean {
  const isBase64 = /^(?:whsec_)?[A-Za-z0-9+/]+={0,2}$/.test(secret);
  const { length } = keyIn(secret);
  return isBase64 && length >= 16 && length <= 128;
}

function keyIn(secret: string): Buffer {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
}
