import type { KeyObject } from 'node:crypto';
import { checkClaims, type TokenRules } from './claim-checks.js';
import { isSignedBy, parseCompactJws, type CompactJws } from './compact-jws.js';
import { eventually, type Eventually } from './eventually.js';
import { checkHeader, keyIdOf } from './header-check.js';
import type { KeySource } from './key-source.js';
import type { SessionClaims } from './session-claims.js';
import { rejected, type Rejected, type TokenAccepted } from './verdict.js';

/** What checking a session token takes besides the token. */
export interface TokenCheck {
  readonly rules: TokenRules;
  readonly keys: KeySource;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Is this session token true? Header, key, signature, then claims: no claim is looked at before the signature holds.
 * Answers at once when the key is at hand.
 *
 * @throws AuthorityUnavailable when the key cannot be fetched
 */
export function verifySessionToken(
  token: string,
  check: TokenCheck,
): Eventually<TokenAccepted | Rejected> {
  const jws = parseCompactJws(token);
  if (jws === undefined) return rejected('token_malformed');
  const code = checkHeader(jws.header);
  if (code !== undefined) return rejected(code);
  return eventually(check.keys.candidates(keyIdOf(jws.header)), (keys) => judge(jws, keys, check));
}

function judge(
  jws: CompactJws,
  keys: readonly KeyObject[],
  { rules, now }: TokenCheck,
): TokenAccepted | Rejected {
  if (keys.length === 0) return rejected('token_key_unknown');
  if (!keys.some((key) => isSignedBy(jws, key))) return rejected('token_signature_invalid');
  const code = checkClaims(jws.payload, rules, now());
  if (code !== undefined) return rejected(code);
  return { kind: 'token', claims: jws.payload as SessionClaims };
}
