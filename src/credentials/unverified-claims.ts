/** What a token says of itself. Good for choosing between cookies, never for believing. */
export interface UnverifiedClaims {
  readonly iss?: unknown;
  readonly iat?: unknown;
  readonly exp?: unknown;
}

/** The claims of a compact JWS, unproved; `undefined` when header or payload cannot be decoded. */
export function readUnverifiedClaims(token: string): UnverifiedClaims | undefined {
  const [header = '', payload = '', signature, more] = token.split('.', 4);
  if (signature === undefined || more !== undefined) return undefined;
  return decodeObject(header) === undefined ? undefined : decodeObject(payload);
}

function decodeObject(part: string): object | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
