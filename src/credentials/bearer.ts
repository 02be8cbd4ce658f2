/** What the `Authorization` values amount to. */
export type Bearer =
  | { readonly kind: 'token'; readonly token: string }
  /** No value, or a scheme that is not ours. */
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed' };

const NONE: Bearer = { kind: 'none' };
const MALFORMED: Bearer = { kind: 'malformed' };

/** As nearly everybody writes it: seen without a pattern. */
const USUAL_PREFIX = 'Bearer ';

/** `"Bearer" 1*SP`, in any case (RFC 6750 section 2.1, RFC 9110 section 11.1). */
const BEARER_PREFIX = /^bearer +/i;
const BEARER_SCHEME = /^bearer(?:[ \t]|$)/i;

/** `b64token`, RFC 6750 section 2.1. */
const B64TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Reads the Bearer token; its characters are for `isB64Token` or for stricter readers to check. Two values are
 * refused: proxies and frameworks disagree on which of them counts.
 */
export function readBearer(authorization: readonly string[]): Bearer {
  const value = authorization[0];
  if (value === undefined) return NONE;
  if (authorization.length > 1) return MALFORMED;
  const length = prefixLength(value);
  if (length > 0) return { kind: 'token', token: value.slice(length) };
  return BEARER_SCHEME.test(value) ? MALFORMED : NONE;
}

function prefixLength(value: string): number {
  const isUsual = value.startsWith(USUAL_PREFIX) && value[USUAL_PREFIX.length] !== ' ';
  return isUsual ? USUAL_PREFIX.length : (BEARER_PREFIX.exec(value)?.[0].length ?? 0);
}

/** Whether a text keeps to the grammar of Bearer tokens at all. */
export function isB64Token(token: string): boolean {
  return B64TOKEN.test(token);
}
