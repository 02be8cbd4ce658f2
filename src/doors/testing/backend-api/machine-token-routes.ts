import type { Directory } from '../directory/directory.js';
import type { MachineRecord } from '../directory/machines.js';
import type { Fields } from '../http/asked.js';
import { json, notFound } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { post } from '../http/routing.js';
import type { Route } from '../http/routing.js';
import { apiKeyObject, m2mTokenObject, oauthTokenObject } from './machine-token-objects.js';
import { isToken, parameterMissing } from './token-parameter.js';

/** The one path that a machine's own key opens. */
export const M2M_VERIFY = '/m2m_tokens/verify';

/** Asks Clerk what the tokens of machines are worth: unlike everything else, these paths have no version in front. */
export function machineTokenRoutes(directory: Directory): readonly Route[] {
  return [
    post('/api_keys/verify', (fields) => verifyApiKey(fields, directory)),
    post(M2M_VERIFY, (fields) => verifyM2mToken(fields, directory)),
    post('/oauth_applications/access_tokens/verify', (fields) =>
      verifyOAuthToken(fields, directory),
    ),
  ];
}

/** The one thing that a machine may ask with its own key: is this token meant for me? */
export function routesForMachine(machine: MachineRecord, directory: Directory): readonly Route[] {
  return [post(M2M_VERIFY, (fields) => verifyM2mToken(fields, directory, machine))];
}

/** Clerk answers 200 for a key that is revoked or expired, too: whoever asks has to look. */
function verifyApiKey({ secret }: Fields, { machineTokens }: Directory): Answer {
  if (!isToken(secret)) return parameterMissing('secret');
  const key = machineTokens.holding('api_key', secret);
  if (key === undefined) return notFound('API key');
  return json(200, apiKeyObject(key, machineTokens.isExpired(key)));
}

function verifyM2mToken(
  { token }: Fields,
  { machineTokens }: Directory,
  receiver?: MachineRecord,
): Answer {
  if (!isToken(token)) return parameterMissing('token');
  const known = machineTokens.holding('m2m_token', token);
  if (known === undefined) return notFound('Machine token');
  if (receiver !== undefined && !known.scopes.includes(receiver.id))
    return notFound('Machine token');
  return json(200, m2mTokenObject(known, machineTokens.isExpired(known)));
}

/** Of a token that is over Clerk says no more than that (RFC 7662 section 2.2), and says it with 200. */
function verifyOAuthToken({ access_token: token }: Fields, { machineTokens }: Directory): Answer {
  if (!isToken(token)) return parameterMissing('access_token');
  const known = machineTokens.holding('oauth_token', token);
  if (known === undefined) return notFound('OAuth token');
  if (known.revoked || machineTokens.isExpired(known)) return json(200, { active: false });
  return json(200, oauthTokenObject(known, false));
}
