import type { ClientRecord } from '../directory/clients.js';
import { sessionsOf } from './client-of.js';
import { sessionResource } from './session-resource.js';
import { signInResource } from './sign-in-resource.js';
import { signUpResource } from './sign-up-resource.js';
import type { Visit } from './visit.js';

/** A client as the Frontend API writes it: of its sessions those that are not over. Times in milliseconds. */
export function clientResource(client: ClientRecord, visit: Visit): object {
  const { directory } = visit.instance;
  const sessions = sessionsOf(visit);
  const signIn = directory.signIns.underWay(client.id);
  const signUp = directory.signUps.underWay(client.id);
  const lastActive = sessions.find(({ id }) => id === client.lastActiveSessionId);
  return {
    object: 'client',
    id: client.id,
    sessions: sessions.map((session) => sessionResource(session, visit)),
    sign_in: signIn === undefined ? null : signInResource(signIn, directory),
    sign_up: signUp === undefined ? null : signUpResource(signUp),
    last_active_session_id: lastActive?.id ?? null,
    last_authentication_strategy: 'password',
    cookie_expires_at: null,
    captcha_bypass: false,
    created_at: client.createdAt,
    updated_at: client.updatedAt,
  };
}
