import type { SessionTokenText } from '../credentials/token-shape.js';
import { checkClaims, type TokenRules } from './claim-checks.js';
import type { JwsReader } from './compact-jws.js';
import { deepFreeze } from './deep-freeze.js';
import { eventually, type Eventually } from './eventually.js';
import { checkHeader, keyIdOf } from './header-check.js';
import type { KeySource } from './key-source.js';
import type { SessionClaims } from './session-claims.js';
import { findSigningKey } from './signing-key.js';
import { checkStanding, type StandingCheck } from './standing-check.js';
import { rejected, type Rejected, type TokenAccepted } from './verdict.js';
import type { VerifiedTokens } from './verified-tokens.js';

/** What checking a session token takes besides the token. */
export interface TokenCheck extends StandingCheck {
  readonly rules: TokenRules & StandingCheck['rules'];
  readonly keys: KeySource;
  readonly jws: JwsReader;
  readonly verified: VerifiedTokens;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Is this session token true? Header, key, signature, then claims: no claim is looked at before the signature holds.
 * A token in the cache is spared the signature and nothing else: its key must still be the instance's, its claims are
 * checked again, and so is whether its session is over. Answers at once when the key is at hand.
 *
 * @throws AuthorityUnavailable when the key cannot be fetched, or nobody can tell whether the session is over
 */
export function verifySessionToken(
  token: SessionTokenText,
  check: TokenCheck,
): Eventually<TokenAccepted | Rejected> {
  const known = check.verified.find(token);
  if (known === undefined) return prove(token, check);
  return eventually(check.keys.candidates(known.keyId), (keys) =>
    keys.includes(known.key)
      ? admit(judge(known.claims, true, check), check)
      : proveAgain(token, check),
  );
}

/** The key that vouched for the token has left. */
function proveAgain(
  token: SessionTokenText,
  check: TokenCheck,
): Eventually<TokenAccepted | Rejected> {
  check.verified.forget(token);
  return prove(token, check);
}

function prove(token: SessionTokenText, check: TokenCheck): Eventually<TokenAccepted | Rejected> {
  const jws = check.jws.read(token);
  if (jws === undefined) return rejected('token_malformed');
  const code = checkHeader(jws.header);
  if (code !== undefined) return rejected(code);
  return eventually(findSigningKey(token, keyIdOf(jws.header), check), (proof) => {
    if (proof.kind === 'rejected') return proof;
    const verdict = judge(jws.payload as SessionClaims, false, check);
    if (verdict.kind === 'token') check.verified.keep(token, proof.signer);
    return admit(verdict, check);
  });
}

/** The token is true; what is over all the same is refused. */
function admit(
  verdict: TokenAccepted | Rejected,
  check: TokenCheck,
): Eventually<TokenAccepted | Rejected> {
  return verdict.kind === 'rejected' ? verdict : checkStanding(verdict, check);
}

function judge(
  claims: SessionClaims,
  remembered: boolean,
  check: TokenCheck,
): TokenAccepted | Rejected {
  const code = checkClaims(claims, check.rules, check.now());
  if (code !== undefined) return rejected(code);
  return { kind: 'token', claims: deepFreeze(claims), remembered };
}
