import { randomSigningSecret } from '../random.js';
import { signatureOf } from './signing-secrets.js';
import type { SigningSecrets } from './signing-secrets.js';
import type { SendOptions } from './webhooks.js';

/** What is known of a delivery when it is about to be sent. */
interface Signing extends SendOptions {
  readonly id: string;
  /** Milliseconds, or a text that stands in the header as it is. */
  readonly at: number | string;
}

/** The headers with which a body is sent: those of JSON, and the three that prove it. */
export function headersOf(
  { id, at, sign = 'own', names = 'svix', headers = {} }: Signing,
  body: Uint8Array,
  secrets: SigningSecrets,
): Readonly<Record<string, string>> {
  const timestamp = typeof at === 'number' ? String(Math.floor(at / 1000)) : at;
  const signatures = secretsFor(sign, secrets).map((key) => signatureOf(key, id, timestamp, body));
  const all: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'content-length': String(body.length),
    'user-agent': 'Svix-Webhooks/LocalClerk',
    [`${names}-id`]: id,
    [`${names}-timestamp`]: timestamp,
    [`${names}-signature`]: signatures.length === 0 ? undefined : signatures.join(' '),
    ...lowerCased(headers),
  };
  const present = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.freeze(Object.fromEntries(present) as Record<string, string>);
}

function secretsFor(
  sign: NonNullable<SendOptions['sign']>,
  { valid, current }: SigningSecrets,
): readonly string[] {
  switch (sign) {
    case 'own':
      return valid;
    case 'foreign':
      return [randomSigningSecret()];
    case 'none':
      return [];
    case 'both':
      return valid.length > 1 ? valid : [randomSigningSecret(), current];
    default:
      return sign satisfies never;
  }
}

function lowerCased(
  headers: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
