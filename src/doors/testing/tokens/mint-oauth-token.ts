import type { Instance } from '../instance.js';
import { randomId } from '../random.js';
import { userIdOf } from '../signed-in.js';
import type { UserRef } from '../signed-in.js';
import { signToken } from './sign-token.js';
import type { TokenSpec } from './token-spec.js';
import { usualClaims } from './usual-claims.js';

/** The OAuth access token to make, as a JWT. */
export interface OAuthTokenSpec extends TokenSpec {
  /**
   * Who allowed it, by what `signIn` gave, by id or by name.
   * @default 'ada'
   */
  readonly user?: UserRef | undefined;

  /**
   * The OAuth application to which it was given.
   * @default 'local-oauth-app'
   */
  readonly clientId?: string | undefined;

  /**
   * What the application may do, such as `read:users`.
   * @default none
   */
  readonly scopes?: readonly string[] | undefined;
}

/** In seconds: a day. */
export const OAUTH_LIFETIME = 24 * 60 * 60;

/** The application of whoever names none. */
export const OAUTH_CLIENT_ID = 'local-oauth-app';

/** Makes any OAuth access token that is a JWT (RFC 9068), right or wrong. */
export function mintOAuthToken(spec: OAuthTokenSpec, instance: Instance): string {
  const { directory, keys, settings } = instance;
  const { user = 'ada', clientId = OAUTH_CLIENT_ID, scopes = [] } = spec;
  const claims = {
    ...usualClaims(spec, OAUTH_LIFETIME, settings),
    client_id: clientId,
    jti: randomId('oat'),
    scope: scopes.length > 0 ? scopes.join(' ') : undefined,
    sub: userIdOf(user, directory.users),
  };
  return signToken({ header: { typ: 'at+jwt' }, claims }, spec, keys);
}
