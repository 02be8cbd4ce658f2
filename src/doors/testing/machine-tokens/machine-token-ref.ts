import type { ApiKey } from './create-api-key.js';
import type { M2mToken } from './create-m2m-token.js';
import type { OAuthToken } from './create-oauth-token.js';

/** An API key, an M2M token or an OAuth token, by what its `create…` returned or by its id. */
export type MachineTokenRef = ApiKey | M2mToken | OAuthToken | string;

export function machineTokenIdOf(token: MachineTokenRef): string {
  return typeof token === 'string' ? token : token.id;
}
