import type { ClientRecord } from '../directory/clients.js';
import { isAlive } from '../directory/sessions.js';
import type { SessionRecord } from '../directory/sessions.js';
import type { Visit } from './visit.js';

/** The client of the browser; `undefined` as long as nobody has tried to sign in there. */
export function clientOf({ browser, instance: { directory } }: Visit): ClientRecord | undefined {
  const { clientId } = directory.devBrowsers.find(browser.id) ?? browser;
  return clientId === null ? undefined : directory.clients.require(clientId);
}

/** The same, opened if need be. */
export function clientFor(visit: Visit): ClientRecord {
  const known = clientOf(visit);
  if (known !== undefined) return known;
  const { clients, devBrowsers } = visit.instance.directory;
  const client = clients.open();
  devBrowsers.assign(visit.browser, client.id);
  return client;
}

/** Whom a page is shown: the last active one, or as in clerk-js the first of those who are there. */
export function activeSessionOf(visit: Visit): SessionRecord | undefined {
  const sessions = sessionsOf(visit);
  const lastActive = clientOf(visit)?.lastActiveSessionId;
  return sessions.find(({ id }) => id === lastActive) ?? sessions[0];
}

/** Who is signed in there, oldest first. */
export function sessionsOf(visit: Visit): SessionRecord[] {
  const client = clientOf(visit);
  return client === undefined ? [] : visit.instance.directory.sessionsOf(client).filter(isAlive);
}
