import { createPublicKey, type KeyObject } from 'node:crypto';

const ARMORED = /-----BEGIN ([A-Z ]+)-----([\s\S]*?)-----END \1-----/g;
const PUBLIC_LABELS = new Set(['PUBLIC KEY', 'RSA PUBLIC KEY']);

/** RS256 demands at least 2048 bits (RFC 7518 section 3.3). */
const LEAST_MODULUS_BITS = 2048;

/** FIPS 186-5 section 5.4; with an exponent of 1 every signature would hold. */
const LEAST_EXPONENT = 65_536n;

/** Public keys found in a text, or the reason why the text is not one or several RSA public keys. */
export type PublicKeys =
  | { readonly kind: 'keys'; readonly keys: readonly KeyObject[] }
  | { readonly kind: 'problem'; readonly problem: string };

/**
 * Reads PEM blocks as people paste them: on one line, indented, with `\n`, `\r\n` or `\r` written as text, the whole in
 * base64 once more, or the base64 body alone.
 */
export function readPublicKeys(text: string): PublicKeys {
  const blocks = [...pemIn(text).matchAll(ARMORED)];
  if (blocks.length === 0) return { kind: 'problem', problem: 'is not PEM' };
  const keys: KeyObject[] = [];
  for (const [, label = '', body = ''] of blocks) {
    // Node derives a public key from a private one without a word: the label must be looked at.
    if (!PUBLIC_LABELS.has(label)) return { kind: 'problem', problem: `holds a ${label}` };
    const key = rsaPublicKey(armor(label, body));
    if (key === undefined) return { kind: 'problem', problem: 'is not an RSA public key' };
    keys.push(key);
  }
  return { kind: 'keys', keys };
}

function pemIn(text: string): string {
  const plain = withLineBreaks(text);
  if (plain.includes('-----')) return plain;
  const decoded = withLineBreaks(Buffer.from(plain, 'base64').toString('latin1'));
  return decoded.includes('-----BEGIN ') ? decoded : armor('PUBLIC KEY', plain);
}

/** Hosts that allow one line only have people write line breaks as text, some of them escaped twice. */
function withLineBreaks(text: string): string {
  return text.replaceAll(/\\+[rn]/g, '\n').trim();
}

/** OpenSSL wants line breaks where they belong, and none elsewhere. */
function armor(label: string, base64: string): string {
  const lines = base64.replaceAll(/\s+/g, '').replaceAll(/.{64}/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----`;
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
