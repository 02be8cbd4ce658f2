import type { ClientRecord } from '../directory/clients.js';
import type { SessionRecord } from '../directory/sessions.js';
import type { UserRecord } from '../directory/users.js';
import { emailAddressMembers, userMembers } from '../user-members.js';

/** A session as the Backend API writes it. Times in milliseconds. */
export function sessionObject(session: SessionRecord): object {
  return {
    object: 'session',
    id: session.id,
    user_id: session.userId,
    client_id: session.clientId,
    actor: session.actor,
    status: session.status,
    last_active_organization_id: session.organizationId,
    last_active_at: session.lastActiveAt,
    latest_activity: null,
    expire_at: session.expireAt,
    abandon_at: session.abandonAt,
    created_at: session.createdAt,
    updated_at: session.updatedAt,
    tasks: [],
  };
}

/** A client with all its sessions, also those that are over. */
export function clientObject(client: ClientRecord, sessions: readonly SessionRecord[]): object {
  return {
    object: 'client',
    id: client.id,
    session_ids: client.sessionIds,
    sessions: sessions.map(sessionObject),
    sign_in_id: null,
    sign_up_id: null,
    last_active_session_id: client.lastActiveSessionId,
    last_authentication_strategy: 'password',
    created_at: client.createdAt,
    updated_at: client.updatedAt,
  };
}

/** A user as a server may see them, with what is private. */
export function userObject(user: UserRecord): object {
  return {
    ...userMembers(user),
    email_addresses: [emailAddressObject(user)],
    organization_memberships: null,
    private_metadata: user.privateMetadata,
    password_last_updated_at: null,
    last_active_at: null,
    locale: null,
    banned: user.banned,
    locked: user.locked,
    lockout_expires_in_seconds: null,
    verification_attempts_remaining: null,
    deprovisioned: user.deprovisioned,
  };
}

/** What is left of whoever was deleted. */
export function deletedUserObject({ id, externalId }: UserRecord): object {
  const known = externalId === null ? {} : { external_id: externalId };
  return { object: 'user', id, deleted: true, ...known };
}

function emailAddressObject(user: UserRecord): object {
  const times = { created_at: user.createdAt, updated_at: user.createdAt };
  return { ...emailAddressMembers(user), reserved: false, ...times };
}
