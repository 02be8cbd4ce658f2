import type { ClientRecord } from '../directory/clients.js';
import { cookieLine, traitsFor } from '../handshake/cookie-line.js';
import { clientUatLines } from '../handshake/session-lines.js';
import { activeSessionOf, clientOf } from './client-of.js';
import type { Visit } from './visit.js';

/**
 * What the browser keeps of its client. In production Clerk itself says since when things are as they are; in development
 * it cannot reach the page's cookies, and leaves that to clerk-js.
 */
export function clientCookies(visit: Visit): string[] {
  const { instance, origin = '' } = visit;
  const client = clientOf(visit);
  if (instance.settings.instanceType === 'development') {
    return client === undefined ? [] : [clientCookie(client)];
  }
  const isSignedIn = activeSessionOf(visit) !== undefined;
  const uat = clientUatLines(client, isSignedIn, traitsFor(origin), instance);
  return [clientCookie(client), ...uat];
}

/** The client token. Clerk's browser library cannot see it; a server hands it to `clients/verify`. */
export function clientCookie(client: ClientRecord | undefined): string {
  return cookieLine('__client', client?.token ?? '', { httpOnly: true });
}
