import type { Instance } from '../instance.js';
import { randomId, randomMachineCredential } from '../random.js';
import { userIdOf } from '../signed-in.js';
import { mintOAuthToken, OAUTH_CLIENT_ID, OAUTH_LIFETIME } from '../tokens/mint-oauth-token.js';
import type { OAuthTokenSpec } from '../tokens/mint-oauth-token.js';
import type { TokenFormat } from './token-format.js';

/** An OAuth access token, with everything the application would hold. */
export interface OAuthToken {
  /** `oat_…`: tells the token, and opens nothing. */
  readonly id: string;
  /** `oat_…`, or a JWT. */
  readonly token: string;
  /** `user_…`: who allowed it. */
  readonly userId: string;
  /** The application that the user allowed. */
  readonly clientId: string;
  /** `Authorization` header: `Bearer …`. */
  readonly header: string;
}

/** Options of an OAuth access token. */
export interface OAuthTokenOptions extends Pick<OAuthTokenSpec, 'user' | 'clientId' | 'scopes'> {
  /**
   * Seconds from now to its end; negative for one that has expired.
   * @default 86400: a day
   */
  readonly expiresIn?: number | undefined;

  /**
   * Whether the Backend API has to be asked about it, or it proves itself.
   * @default 'opaque'
   */
  readonly format?: TokenFormat | undefined;
}

/** Issues an OAuth access token. The Backend API knows it from now on, even one that needs nobody to vouch for it. */
export function createOAuthToken(options: OAuthTokenOptions, instance: Instance): OAuthToken {
  const { user = 'ada', clientId = OAUTH_CLIENT_ID, scopes = [] } = options;
  const { users, machineTokens } = instance.directory;
  const id = randomId('oat');
  const secret = secretOf(id, options, instance);
  const userId = userIdOf(user, users);
  const token = { type: 'oauth_token' as const, id, secret, subject: userId, clientId, scopes };
  machineTokens.issue(token, options.expiresIn ?? OAUTH_LIFETIME);
  return Object.freeze({ id, token: secret, userId, clientId, header: `Bearer ${secret}` });
}

function secretOf(id: string, options: OAuthTokenOptions, instance: Instance): string {
  const { format = 'opaque', ...spec } = options;
  switch (format) {
    case 'opaque':
      return randomMachineCredential('oat');
    case 'jwt':
      return mintOAuthToken({ ...spec, claims: { jti: id } }, instance);
    default:
      return format satisfies never;
  }
}
