import type { SessionRecord } from '../directory/sessions.js';
import type { Instance } from '../instance.js';
import { mint } from './mint.js';
import { sessionClaims } from './session-claims.js';

/** A new token of the session as it is given, for the page that asks: that is its `azp`. */
export function pageToken(
  session: SessionRecord,
  origin: string | undefined,
  instance: Instance,
): string {
  const party = origin === undefined ? {} : { azp: origin };
  // `o` is said even when there is none: the session may have another organization than the one wished for.
  const claims = { o: undefined, ...sessionClaims(session, 2, instance), ...party };
  return mint({ session: session.id, claims }, instance);
}
