import type { Settings } from '../settings.js';
import type { TokenSpec } from './token-spec.js';

/**
 * Issuer and times. Those in a token are whole seconds since 1970 (RFC 7519 NumericDate).
 * @param lifetime in seconds, unless the spec says otherwise
 */
export function usualClaims(
  { expiresIn, issuedAt = 0, notBefore = -10 }: TokenSpec,
  lifetime: number,
  { issuer, now }: Settings,
): Readonly<Record<string, unknown>> {
  const seconds = Math.floor(now() / 1000);
  return {
    exp: seconds + (expiresIn ?? lifetime),
    iat: seconds + issuedAt,
    iss: issuer,
    nbf: seconds + notBefore,
  };
}
