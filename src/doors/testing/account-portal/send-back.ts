import { clientCookies } from '../frontend-api/client-cookies.js';
import { cookieLine } from '../handshake/cookie-line.js';
import { withParameters } from '../handshake/return-url.js';
import { redirect } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { problemPage } from './portal-page.js';
import { PORTAL_COOKIE } from './portal-visit.js';
import type { PortalVisit } from './portal-visit.js';

/**
 * Back to the page from which they came. In development with the browser's id, which leads to a handshake there; in
 * production with cookies that are newer than the page's session token, which do the same.
 *
 * @param forgotten lines that delete more cookies
 */
export function sendBack(visit: PortalVisit, forgotten: readonly string[] = []): Answer {
  const { page, browser } = visit;
  if (page === undefined) return nowhereToGo(visit);
  const location = isDevelopment(visit)
    ? withParameters(page.href, { __clerk_db_jwt: browser.id })
    : page.href;
  return redirect(303, location, [...cookiesOf(visit), ...forgotten]);
}

/** The same for a satellite that wanted to know the browser, whoever is signed in there. */
export function sendToSatellite(visit: PortalVisit): Answer {
  const { page, browser } = visit;
  if (page === undefined) return nowhereToGo(visit);
  const known = { __clerk_db_jwt: browser.id, __clerk_synced: 'true' };
  return redirect(307, withParameters(page.href, known), cookiesOf(visit));
}

/** With everything that was asked; relative, so that a path in front of the portal stays. */
export function sendToTasks(visit: PortalVisit): Answer {
  const query = visit.query.size > 0 ? `?${visit.query.toString()}` : '';
  return redirect(303, `sign-in/tasks${query}`, cookiesOf(visit));
}

function cookiesOf(visit: PortalVisit): string[] {
  if (!isDevelopment(visit)) return clientCookies(visit);
  return [cookieLine(PORTAL_COOKIE, visit.browser.id, { httpOnly: true })];
}

function isDevelopment({ instance }: PortalVisit): boolean {
  return instance.settings.instanceType === 'development';
}

function nowhereToGo(visit: PortalVisit): Answer {
  const answer = problemPage(200, 'Done. Go back to your application.');
  return { ...answer, headers: { ...answer.headers, 'set-cookie': cookiesOf(visit) } };
}
