import type { SessionRecord } from '../directory/sessions.js';
import { pageToken } from '../tokens/page-token.js';
import type { Visit } from './visit.js';

/** A new token of the session as it is given, for the page that asks. */
export function tokenResource(session: SessionRecord, { instance, origin }: Visit): object {
  return { object: 'token', jwt: pageToken(session, origin, instance) };
}
