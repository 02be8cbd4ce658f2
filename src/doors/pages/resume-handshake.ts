import type { HandshakeSteps } from '../../module/clerk-instance.js';
import type { Authentication } from '../../session/authentication.js';
import { addCookies } from '../../transport/response-cookies.js';
import { judgeCookies, type JudgedCookies } from './judge-cookies.js';
import { redirectTo } from './page-redirect.js';
import { SPENT_PARAMETERS } from './parameter-names.js';
import { withoutParameters } from './query-text.js';
import { outcomeOf, type ReturnedHandshake } from './returned-handshake.js';
import type { Judging, VisitedPage } from './visited-page.js';
import { putCookie } from './with-cookie.js';

/** What resuming takes besides the page. */
export interface Resuming extends Judging {
  readonly steps: HandshakeSteps;
  readonly isDevelopment: boolean;
}

/**
 * The browser is back from Clerk. In development it is sent to the clean URL with its cookies; in production the request
 * goes on with them. `undefined` where nothing came of it: then things are as they were.
 *
 * @throws PageRedirect in development
 */
export async function resumeHandshake(
  returned: ReturnedHandshake,
  visited: VisitedPage,
  resuming: Resuming,
): Promise<Authentication | undefined> {
  const { page, request, route } = visited;
  const { rules, steps, isDevelopment } = resuming;
  const outcome = await outcomeOf(returned, steps);
  if (outcome.kind === 'unavailable') return rules.restore(request, route.accepted, outcome);
  if (outcome.kind === 'unusable') return undefined;
  const judged = await judgeCookies(outcome.lines, visited, resuming);
  const { authentication, header, lines } = judged;
  if (authentication.kind === 'unavailable') {
    return rules.restore(request, route.accepted, authentication);
  }
  if (!isTaken(judged)) return undefined;
  if (isDevelopment) {
    throw redirectTo(withoutParameters(page.target, SPENT_PARAMETERS), page.response, lines);
  }
  putCookie(request, header);
  addCookies(page.response, lines);
  return rules.restore(request, route.accepted, authentication);
}

/** Somebody, nobody by Clerk's word, or somebody who has not finished: anything else is not what was asked for. */
function isTaken({ authentication: found, bringSession }: JudgedCookies): boolean {
  if (found.kind === 'rejected') return found.code === 'session_pending';
  return found.kind === 'authenticated' || (found.kind === 'anonymous' && !bringSession);
}
