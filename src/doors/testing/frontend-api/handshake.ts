import {
  bothLines,
  clientUatLines,
  refreshLine,
  sessionLines,
} from '../handshake/session-lines.js';
import { cookieLine, traitsFor } from '../handshake/cookie-line.js';
import { handshakeToken } from '../handshake/handshake-token.js';
import { readReturnUrl, returnUrlRefused, withParameters } from '../handshake/return-url.js';
import type { ReturnUrl } from '../handshake/return-url.js';
import type { Asked } from '../http/asked.js';
import { redirect } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import type { Instance } from '../instance.js';
import { activeSessionOf, clientOf } from './client-of.js';
import { wayToPrimary, withTicket } from './satellite-sync.js';
import type { SyncedClient } from './satellite-sync.js';
import { browserOf } from './visit.js';
import type { Visit } from './visit.js';

/** How long a cookie may wait for the server to read it, in seconds. */
const MINUTE = 60;

/**
 * A page's server cannot tell who calls, and sends the browser here, where it is known. It goes back at once, with word of
 * who is signed in: cookies that the server will set, for strangers as well.
 */
export function answerHandshake(asked: Asked, instance: Instance): Answer {
  const query = new URLSearchParams(asked.query);
  const page = readReturnUrl(query.get('redirect_url'));
  if (page === undefined) return returnUrlRefused();
  return wayToPrimary(asked, instance) ?? shakeHands(withTicket(asked, instance), page, instance);
}

function shakeHands({ asked, cookies }: SyncedClient, page: ReturnUrl, instance: Instance): Answer {
  const query = new URLSearchParams(asked.query);
  const visit = { instance, browser: browserOf(asked, instance), origin: page.origin, query };
  activateOrganization(visit);
  return sendBack(page, linesFor(page, visit), cookies, visit);
}

/** By id or slug; empty is the personal account. Whoever is no member stays where they are. */
function activateOrganization(visit: Visit): void {
  const { directory } = visit.instance;
  const wish = visit.query.get('organization_id');
  const session = activeSessionOf(visit);
  if (wish === null || session === undefined) return;
  const id = wish === '' ? null : (directory.organizations.findBySlug(wish)?.id ?? wish);
  const isMember = id === null || directory.organizations.membership(id, session.userId);
  if (isMember) directory.setActiveOrganization(session.id, id);
}

/** What the browser will hold afterwards. */
function linesFor({ origin }: ReturnUrl, visit: Visit): string[] {
  const { instance, browser } = visit;
  const session = activeSessionOf(visit);
  const traits = traitsFor(origin);
  const uat = clientUatLines(clientOf(visit), session !== undefined, traits, instance);
  const common = [...uat, ...sessionLines(session, origin, instance)];
  if (instance.settings.instanceType === 'development') {
    return [...bothLines('__clerk_db_jwt', browser.id, traits, instance), ...common];
  }
  const spent = ['__clerk_handshake_nonce', '__clerk_handshake'];
  return [
    ...common,
    refreshLine(session, origin, instance),
    ...spent.map((name) => cookieLine(name, '', traits)),
  ];
}

/** In development in the URL, for lack of a cookie that both sides see; in production as a cookie, where no link can put it. */
function sendBack(
  { href, origin }: ReturnUrl,
  lines: string[],
  cookies: readonly string[],
  visit: Visit,
): Answer {
  const { instance, query } = visit;
  const [name, value] =
    query.get('format') === 'nonce'
      ? ['__clerk_handshake_nonce', instance.handshakes.keep(lines)]
      : ['__clerk_handshake', handshakeToken(lines, instance)];
  if (instance.settings.instanceType === 'development') {
    return redirect(307, withParameters(href, { [name]: value }), []);
  }
  const traits = { ...traitsFor(origin), httpOnly: true, maxAge: MINUTE };
  return redirect(307, href, [cookieLine(name, value, traits), ...cookies]);
}
