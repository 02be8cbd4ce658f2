import { factorAges } from '../directory/factor-verification.js';
import { isAlive } from '../directory/sessions.js';
import type { SessionRecord } from '../directory/sessions.js';
import { tokenResource } from './token-resource.js';
import { publicUserData } from '../user-members.js';
import { userResource } from './user-resource.js';
import type { Visit } from './visit.js';

/** A session as the Frontend API writes it, with its user and a token. Times in milliseconds. */
export function sessionResource(session: SessionRecord, visit: Visit): object {
  const { directory, settings } = visit.instance;
  const user = directory.users.require(session.userId);
  return {
    object: 'session',
    id: session.id,
    status: session.status,
    expire_at: session.expireAt,
    abandon_at: session.abandonAt,
    last_active_at: session.lastActiveAt,
    last_active_organization_id: session.organizationId,
    last_active_token: isAlive(session) ? tokenResource(session, visit) : null,
    factor_verification_age: factorAges(session.verifiedAt, settings.now()),
    actor: session.actor,
    tasks: [],
    user: userResource(user, directory),
    public_user_data: publicUserData(user),
    created_at: session.createdAt,
    updated_at: session.updatedAt,
  };
}
