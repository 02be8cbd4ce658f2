import type { KeyObject } from 'node:crypto';
import { createPublicKey } from 'node:crypto';
import { JwsReader } from '../../src/verification/compact-jws.js';
import { givenKeys } from '../../src/verification/key-source.js';
import { Revocations } from '../../src/revocation/revocations.js';
import type { SessionAuthority } from '../../src/verification/session-authority.js';
import { CoalescedVerdicts } from '../../src/verification/coalesced-verdicts.js';
import { UnknownTokens } from '../../src/verification/unknown-tokens.js';
import type { Verification } from '../../src/verification/verify-credential.js';
import { VerifiedTokens } from '../../src/verification/verified-tokens.js';
import { RawSigner } from './sign-raw.js';

/** Milliseconds since the epoch; every token of these tests is held against this moment. */
export const NOW = 1_700_000_000_000;
export const SECONDS = NOW / 1000;

const SIGNER = new RawSigner(1024);
export const KEY: KeyObject = createPublicKey(SIGNER.pem);

/** Claims of a session token that hold. */
export const CLAIMS = { sub: 'user_ada', sid: 'sess_ada', exp: SECONDS + 60, iat: SECONDS };

/** A token that is truly signed, whatever it says. */
export function signed(claims: object, header: object = {}): string {
  const said = { alg: 'RS256', typ: 'JWT', ...header };
  return SIGNER.sign(JSON.stringify(said), JSON.stringify(claims));
}

/** An authority that nobody is meant to ask. */
export const NOBODY: SessionAuthority = {
  verifySession: () => Promise.reject(new Error('Asked.')),
  verifyClient: () => Promise.reject(new Error('Asked.')),
  getSession: () => Promise.reject(new Error('Asked.')),
  revokeSession: () => Promise.reject(new Error('Asked.')),
  openSessionsOf: () => Promise.reject(new Error('Asked.')),
};

/** All that proving takes, with one key that is at hand. */
export function verificationWith(more: Partial<Verification> = {}): Verification {
  const jws = new JwsReader();
  const now = (): number => NOW;
  return {
    rules: {
      issuers: [],
      authorizedParties: [],
      audience: [],
      clockSkew: 5000,
      treatPendingAsSignedOut: true,
      clientUat: 'when-present',
      clientTokens: true,
      liveFallback: 'none',
    },
    keys: givenKeys([KEY]),
    jws,
    verified: new VerifiedTokens(10, jws),
    revoked: new Revocations(),
    feed: { isShared: false, memory: 75_000, reliable: () => undefined },
    asked: new CoalescedVerdicts(0, now),
    unknown: new UnknownTokens(now),
    authority: NOBODY,
    machines: { knows: () => false, verify: () => Promise.reject(new Error('Asked.')) },
    now,
    ...more,
  };
}
