import { createPublicKey, type KeyObject } from 'node:crypto';

const ARMOURED = /-----BEGIN ([A-Z ]+)-----[\s\S]*?-----END \1-----/g;
const PUBLIC_LABELS = new Set(['PUBLIC KEY', 'RSA PUBLIC KEY']);

/** RS256 demands at least 2048 bits (RFC 7518 section 3.3). */
const LEAST_MODULUS_BITS = 2048;

/** FIPS 186-5 section 5.4; with an exponent of 1 every signature would hold. */
const LEAST_EXPONENT = 65_536n;

/** Public keys found in a text, or the reason why the text is not one or several RSA public keys. */
export type PublicKeys =
  | { readonly kind: 'keys'; readonly keys: readonly KeyObject[] }
  | { readonly kind: 'problem'; readonly problem: string };

/** Reads PEM blocks; `\n` written as two characters is a line break, and a bare base64 body is taken for one block. */
export function readPublicKeys(text: string): PublicKeys {
  const unescaped = text.replaceAll('\\n', '\n').trim();
  const pem = unescaped.includes('-----') ? unescaped : armour(unescaped);
  const blocks = [...pem.matchAll(ARMOURED)];
  if (blocks.length === 0) return { kind: 'problem', problem: 'is not PEM' };
  const keys: KeyObject[] = [];
  for (const [block, label = ''] of blocks) {
    // Node derives a public key from a private one without a word: the label must be looked at.
    if (!PUBLIC_LABELS.has(label)) return { kind: 'problem', problem: `holds a ${label}` };
    const key = rsaPublicKey(block);
    if (key === undefined) return { kind: 'problem', problem: 'is not an RSA public key' };
    keys.push(key);
  }
  return { kind: 'keys', keys };
}

function armour(base64: string): string {
  return `-----BEGIN PUBLIC KEY-----\n${base64}\n-----END PUBLIC KEY-----`;
}

function rsaPublicKey(pem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(pem);
    return isStrongRsaKey(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a key may check RS256: RSA proper, long enough, with an exponent that makes it a one-way road. */
export function isStrongRsaKey(key: KeyObject): boolean {
  if (key.asymmetricKeyType !== 'rsa') return false;
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  return modulusLength >= LEAST_MODULUS_BITS && publicExponent > LEAST_EXPONENT;
}
