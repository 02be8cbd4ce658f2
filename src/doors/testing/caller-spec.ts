import { ConfigurationError } from '../../errors/configuration-error.js';
import type { Caller } from '../../session/caller.js';
import { Session } from '../../session/session.js';
import type { SessionClaims } from '../../verification/session-claims.js';
import type { SignedIn } from './signed-in.js';

/**
 * Who calls in a test: a user's id; the claims of a session token, as many as matter; a session or a machine; somebody whom
 * `LocalClerk` signed in; `null` for nobody. Claims left out: `sub` is `user_test`, `sid` is `sess_test`, the token lasts.
 */
export type CallerSpec = Caller | Partial<SessionClaims> | SignedIn | string | null;

/** Seconds since the epoch, in the year 2106: it outlasts every test. */
const LASTING = 2 ** 32 - 1;

/** @throws ConfigurationError `configuration_invalid` for what nobody can call as */
export function callerOf(wish: CallerSpec): Caller | null {
  // In JavaScript it may be anything; a slip must not become somebody who is signed in.
  const given: unknown = wish;
  if (given === null) return null;
  if (typeof given === 'string' && given !== '') return sessionOf({ sub: given });
  if (typeof given !== 'object') throw mistaken();
  if ('tokenType' in given) return given as Caller;
  if (isSignedIn(given)) return sessionOf(claimsIn(given.sessionToken));
  return sessionOf(given);
}

function isSignedIn(given: object): given is SignedIn {
  return 'sessionToken' in given && 'sessionId' in given;
}

/** Read, not verified: the test itself made the token. */
function claimsIn(token: string): Partial<SessionClaims> {
  const [, claims = ''] = token.split('.');
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Partial<SessionClaims>;
}

function sessionOf(claims: Partial<SessionClaims>): Session {
  return Session.fromClaims({ sub: 'user_test', sid: 'sess_test', exp: LASTING, ...claims });
}

function mistaken(): ConfigurationError {
  return new ConfigurationError([
    "signedInAs() takes a user's id, claims, a session or a machine, somebody signed in, or null for nobody.",
  ]);
}
