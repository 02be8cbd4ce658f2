/** What a token says of itself. Good for choosing between cookies, never for believing. */
export interface UnverifiedClaims {
  readonly iss?: unknown;
  readonly iat?: unknown;
  readonly exp?: unknown;
}

/** The claims of a compact JWS, unproved; `undefined` when it is none. */
export function readUnverifiedClaims(token: string): UnverifiedClaims | undefined {
  const [, payload, signature, more] = token.split('.', 4);
  if (payload === undefined || signature === undefined || more !== undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? claims : undefined;
  } catch {
    return undefined;
  }
}
