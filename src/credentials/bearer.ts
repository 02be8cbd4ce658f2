/** What the `Authorization` values amount to. */
export type Bearer =
  | { readonly kind: 'token'; readonly token: string }
  /** No value, or a scheme that is not ours. */
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed' };

const NONE: Bearer = { kind: 'none' };
const MALFORMED: Bearer = { kind: 'malformed' };

/** `credentials = "Bearer" 1*SP b64token`, the scheme in any case (RFC 6750 section 2.1, RFC 9110 section 11.1). */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;
const BEARER_SCHEME = /^bearer(?:[ \t]|$)/i;

/** Reads the Bearer token. Two values are refused: proxies and frameworks disagree on which of them counts. */
export function readBearer(authorization: readonly string[]): Bearer {
  const [value, ...others] = authorization;
  if (value === undefined) return NONE;
  if (others.length > 0) return MALFORMED;
  const token = BEARER.exec(value)?.[1];
  if (token !== undefined) return { kind: 'token', token };
  return BEARER_SCHEME.test(value) ? MALFORMED : NONE;
}
