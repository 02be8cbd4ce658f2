import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { MachineAnswer } from '../verification/machine-record.js';
import { isBackendObject, type BackendObject } from './read-record.js';

const OBJECTS: Readonly<Record<MachineAnswer['type'], string>> = {
  api_key: 'api_key',
  m2m_token: 'machine_to_machine_token',
  oauth_token: 'clerk_idp_oauth_access_token',
};

/**
 * The token in a body; `undefined` when it is of another kind, lacks what every token has, or is said to be inactive.
 *
 * @throws AuthorityUnavailable when the body is nothing of Clerk's at all
 */
export function readMachineAnswer(
  type: MachineAnswer['type'],
  body: unknown,
): MachineAnswer | undefined {
  // RFC 7662 section 2.2: of a token that is over, nothing more is said.
  if (isInactive(body)) return undefined;
  if (!isBackendObject(body))
    throw new AuthorityUnavailable('no object of Clerk in the response about a machine token');
  if (body.object !== OBJECTS[type]) return undefined;
  const { id, subject, client_id: clientId } = body;
  if (!isText(id) || !isText(subject)) return undefined;
  if (type === 'oauth_token' && !isText(clientId)) return undefined;
  return { type, id, subject, ...detailsIn(body), ...endIn(body) };
}

function isInactive(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'active' in body && body.active !== true;
}

function detailsIn({ name, client_id: clientId, scopes, claims }: BackendObject) {
  return {
    name: isText(name) ? name : undefined,
    clientId: isText(clientId) ? clientId : undefined,
    scopes: Array.isArray(scopes) ? scopes.filter(isText) : [],
    claims: isObject(claims) ? claims : undefined,
  };
}

/** Only a plain `false` says that a token is not revoked and has not expired. */
function endIn({ revoked, expired, expiration }: BackendObject) {
  const hasEnd = expiration !== null && expiration !== undefined;
  return {
    revoked: revoked !== false,
    expired: expired !== false,
    // An end that is no time has come.
    expireAt: hasEnd ? timeIn(expiration) : undefined,
  };
}

function timeIn(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
