import type {
  ApiKeyRecord,
  M2mTokenRecord,
  MachineTokenRecord,
  OAuthTokenRecord,
} from '../directory/machine-tokens.js';

/** An API key as the Backend API writes it, its secret aside. Times in milliseconds. */
export function apiKeyObject(key: ApiKeyRecord, isExpired: boolean): object {
  return {
    object: 'api_key',
    ...issuedFields(key, isExpired),
    type: 'api_key',
    name: key.name,
    description: null,
    claims: key.claims,
    created_by: null,
    last_used_at: null,
  };
}

/** An M2M token as the Backend API writes it. */
export function m2mTokenObject(token: M2mTokenRecord, isExpired: boolean): object {
  const object = 'machine_to_machine_token';
  return { object, ...issuedFields(token, isExpired), claims: token.claims };
}

/** An OAuth access token as the Backend API writes it. */
export function oauthTokenObject(token: OAuthTokenRecord, isExpired: boolean): object {
  return {
    object: 'clerk_idp_oauth_access_token',
    ...issuedFields(token, isExpired),
    type: 'oauth_token',
    client_id: token.clientId,
  };
}

function issuedFields(token: MachineTokenRecord, isExpired: boolean): object {
  return {
    id: token.id,
    subject: token.subject,
    scopes: token.scopes,
    revoked: token.revoked,
    revocation_reason: token.revoked ? 'Revoked in LocalClerk' : null,
    expired: isExpired,
    expiration: token.expiration,
    created_at: token.createdAt,
    updated_at: token.updatedAt,
  };
}
