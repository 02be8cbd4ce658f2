import type { SessionRecord } from '../directory/sessions.js';
import { mint } from '../tokens/mint.js';
import { sessionClaims } from '../tokens/session-claims.js';
import type { Visit } from './visit.js';

/** A new token of the session as it is given, for the page that asks: that is its `azp`. */
export function tokenResource(session: SessionRecord, { instance, origin }: Visit): object {
  const party = origin === undefined ? {} : { azp: origin };
  // `o` is said even when there is none: the session may have another organization than the one wished for.
  const claims = { o: undefined, ...sessionClaims(session, 2, instance), ...party };
  return { object: 'token', jwt: mint({ session: session.id, claims }, instance) };
}
