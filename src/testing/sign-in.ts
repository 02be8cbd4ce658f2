import type { ClientRecord } from './directory/clients.js';
import { isAlive } from './directory/sessions.js';
import type { SessionRecord } from './directory/sessions.js';
import type { Instance } from './instance.js';
import { clientIdOf } from './signed-in.js';
import type { SignedIn, SignInOptions } from './signed-in.js';
import { mint } from './tokens/mint.js';

/** Signs a user in and hands out what the browser would hold. */
export function signIn(user: string, options: SignInOptions, instance: Instance): SignedIn {
  const { clients } = instance.directory;
  const clientId = options.client === undefined ? undefined : clientIdOf(options.client);
  const session = instance.directory.signIn(user, clientId);
  const client = clients.require(session.clientId);
  return Object.freeze({ user, ...idsOf(session), ...credentialsOf(session, client, instance) });
}

/**
 * A new token of the session, as Clerk's browser library fetches one every minute.
 * @throws Error when the session is over: Clerk issues no token then
 */
export function freshToken(session: SessionRecord, instance: Instance): string {
  if (isAlive(session)) return mint({ session: session.id }, instance);
  throw new Error(
    `Session ${session.id} is ${session.status}, so Clerk issues no token. Use mint({ session }) for one nevertheless.`,
  );
}

function idsOf(session: SessionRecord): Pick<SignedIn, 'userId' | 'sessionId' | 'clientId'> {
  return { userId: session.userId, sessionId: session.id, clientId: session.clientId };
}

function credentialsOf(session: SessionRecord, client: ClientRecord, instance: Instance) {
  const { cookieSuffix } = instance.settings;
  const sessionToken = freshToken(session, instance);
  const signedInAt = String(Math.floor(session.createdAt / 1000));
  return {
    sessionToken,
    clientToken: client.token,
    cookie: `__session=${sessionToken}; __client_uat=${signedInAt}`,
    suffixedCookie: `__session_${cookieSuffix}=${sessionToken}; __client_uat_${cookieSuffix}=${signedInAt}`,
    clientCookie: `__session=${client.token}`,
    header: `Bearer ${sessionToken}`,
  };
}
