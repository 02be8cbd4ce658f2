import { randomBytes } from 'node:crypto';
import type { Instance } from '../instance.js';
import { randomId } from '../random.js';
import { sessionIdOf } from '../signed-in.js';
import type { MintSpec } from './mint-spec.js';
import { sessionClaims } from './session-claims.js';
import { signToken } from './sign-token.js';
import { usualClaims } from './usual-claims.js';

/** Clerk's category of session tokens; JWT templates and machines have others. */
export const SESSION_CATEGORY = 'cl_B7d4PD111AAA';

/** Makes any session token, right or wrong. */
export function mint(spec: MintSpec, instance: Instance): string {
  const { keys, settings } = instance;
  const claims = {
    azp: settings.origin,
    ...usualClaims(spec, settings.tokenLifetime, settings),
    jti: randomBytes(10).toString('hex'),
    ...subjectOf(spec, instance),
  };
  return signToken({ header: { cat: SESSION_CATEGORY }, claims }, spec, keys);
}

function subjectOf(spec: MintSpec, instance: Instance): object {
  const { session, user = 'ada', version = 2 } = spec;
  const { users, sessions } = instance.directory;
  if (session !== undefined) {
    return sessionClaims(sessions.require(sessionIdOf(session)), version, instance);
  }
  const made = { sid: randomId('sess'), sub: users.named(user).id, sts: 'active', fva: [0, -1] };
  return version === 2 ? { ...made, v: 2 } : made;
}
