import type { ClientRecord } from './directory/clients.js';
import { provedAgo } from './directory/factor-verification.js';
import type { FactorAges } from './directory/factor-verification.js';
import { isAlive } from './directory/sessions.js';
import type { SessionRecord, SessionStart } from './directory/sessions.js';
import type { Instance } from './instance.js';
import { joinOrganization } from './join-organization.js';
import { customClaims } from './custom-claims.js';
import { clientIdOf, userIdOf } from './signed-in.js';
import type { SignedIn, SignInOptions } from './signed-in.js';
import { mint } from './tokens/mint.js';

/** With a password, and no second factor. */
const JUST_SIGNED_IN: FactorAges = [0, -1];

/** Signs a user in and hands out what the browser would hold. */
export function signIn(user: string, options: SignInOptions, instance: Instance): SignedIn {
  const { directory } = instance;
  const clientId = options.client === undefined ? undefined : clientIdOf(options.client);
  const start = startOf(user, options, instance);
  const session = directory.signIn(user, clientId, start);
  const client = directory.clients.require(session.clientId);
  return Object.freeze({ user, ...idsOf(session), ...credentialsOf(session, client, instance) });
}

/** Prepares user, organization and plans before the session opens. */
function startOf(
  user: string,
  { organization, actor, factorAges, claims, ...paid }: SignInOptions,
  { directory, settings }: Instance,
): SessionStart {
  const { users, subscriptions } = directory;
  const { id } = users.named(user);
  subscriptions.change(id, paid);
  const joined =
    organization === undefined ? undefined : joinOrganization(id, organization, directory);
  return {
    organizationId: joined?.organizationId ?? null,
    actor: actor === undefined ? null : { sub: userIdOf(actor, users) },
    verifiedAt: provedAgo(factorAges ?? JUST_SIGNED_IN, settings.now()),
    claims: customClaims(claims),
  };
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
