/** What a token says of itself. Good for choosing between cookies, never for believing. */
export interface UnverifiedClaims {
  readonly iss?: unknown;
  readonly sub?: unknown;
  readonly iat?: unknown;
  readonly exp?: unknown;
}

/** Reads what tokens say of themselves. */
export interface UnverifiedReader {
  /** The claims of a compact JWS, unproved; `undefined` when header or payload cannot be decoded. */
  peek(token: string): UnverifiedClaims | undefined;

  /** What its header says, unproved. */
  peekHeader(token: string): { readonly typ?: unknown } | undefined;
}
