import { verify, type KeyObject } from 'node:crypto';

/** A JSON object nobody has vouched for. */
export type Untrusted = Readonly<Record<string, unknown>>;

/** A JSON Web Signature in compact form (RFC 7515 section 3.1), taken apart once. */
export interface CompactJws {
  readonly header: Untrusted;
  readonly payload: Untrusted;
  readonly signingInput: Buffer;
  readonly signature: Buffer;
}

/** Takes a token apart; `undefined` when it is not three base64url parts of which two hold JSON objects. */
export function parseCompactJws(token: string): CompactJws | undefined {
  const headerEnd = token.indexOf('.');
  const payloadEnd = token.lastIndexOf('.');
  if (headerEnd <= 0 || payloadEnd <= headerEnd) return undefined;
  const signature = decode(token.slice(payloadEnd + 1));
  const header = parseObject(decode(token.slice(0, headerEnd)));
  const payload = parseObject(decode(token.slice(headerEnd + 1, payloadEnd)));
  if (signature === undefined || header === undefined || payload === undefined) return undefined;
  return { header, payload, signingInput: Buffer.from(token.slice(0, payloadEnd)), signature };
}

/** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 section 3.3). The key must be an RSA public key. */
export function isSignedBy(jws: CompactJws, key: KeyObject): boolean {
  return verify('RSA-SHA256', jws.signingInput, key, jws.signature);
}

const BASE64URL = /^[A-Za-z0-9_-]+$/;

/** Node's decoder skips what it does not know; RFC 7515 section 2 does not allow that. */
function decode(part: string): Buffer | undefined {
  return BASE64URL.test(part) && part.length % 4 !== 1 ? Buffer.from(part, 'base64url') : undefined;
}

function parseObject(bytes: Buffer | undefined): Untrusted | undefined {
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Untrusted {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
