/** What a token says of itself. Good for choosing between cookies, never for believing. */
export interface UnverifiedClaims {
  readonly iss?: unknown;
  readonly iat?: unknown;
  readonly exp?: unknown;
}

/** Reads what tokens say of themselves. The tokens of an instance bear the same header, so the last one is kept. */
export class UnverifiedReader {
  private headerPart = '';

  /** The claims of a compact JWS, unproved; `undefined` when header or payload cannot be decoded. */
  read(token: string): UnverifiedClaims | undefined {
    const [header = '', payload = '', signature, more] = token.split('.', 4);
    if (signature === undefined || more !== undefined) return undefined;
    return this.isHeader(header) ? decodeObject(payload) : undefined;
  }

  private isHeader(part: string): boolean {
    if (part !== '' && part === this.headerPart) return true;
    if (decodeObject(part) === undefined) return false;
    this.headerPart = part;
    return true;
  }
}

function decodeObject(part: string): object | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
