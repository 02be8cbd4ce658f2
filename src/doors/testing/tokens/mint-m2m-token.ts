import type { Instance } from '../instance.js';
import { machineIdOf } from '../machine-ref.js';
import type { MachineRef } from '../machine-ref.js';
import { randomId } from '../random.js';
import { signToken } from './sign-token.js';
import type { TokenSpec } from './token-spec.js';
import { usualClaims } from './usual-claims.js';

/** The M2M token to make, as a JWT. */
export interface M2mTokenSpec extends TokenSpec {
  /**
   * Who sends it, by what `createMachine` gave, by id or by name.
   * @default 'worker'
   */
  readonly machine?: MachineRef | undefined;

  /**
   * For which machines it is meant, by id: both `scopes` and `aud`.
   * @default none
   */
  readonly scopes?: readonly string[] | undefined;
}

/** The machine of whoever names none. */
export const M2M_SENDER = 'worker';

const M2M_CATEGORY = 'cl_B7d4PD333AAA';

/** In seconds: an hour, the `default_token_ttl` of Clerk's machines. */
export const M2M_LIFETIME = 60 * 60;

/** Makes any M2M token that is a JWT, right or wrong. */
export function mintM2mToken(spec: M2mTokenSpec, { directory, keys, settings }: Instance): string {
  const { machine = M2M_SENDER, scopes = [] } = spec;
  const claims = {
    ...usualClaims(spec, M2M_LIFETIME, settings),
    jti: randomId('mt'),
    sub: machineIdOf(machine, directory.machines),
    ...(scopes.length > 0 ? { aud: scopes, scopes: scopes.join(' ') } : {}),
  };
  return signToken({ header: { cat: M2M_CATEGORY }, claims }, spec, keys);
}
