import { isSessionId } from '../../credentials/asked-session-id.js';
import type { Visit } from '../../access/page-gate.js';
import type {
  CookieLines,
  HandshakeEndpoints,
  RefreshRequest,
} from '../../backend-api/handshake-endpoints.js';
import { AuthorityUnavailable } from '../../errors/authority-unavailable.js';
import type { HandshakeSteps } from '../../module/clerk-instance.js';
import type { Authentication } from '../../session/authentication.js';
import { addCookies } from '../../transport/response-cookies.js';
import { isBornByCookie } from './navigation-kind.js';
import { judgeCookies } from './judge-cookies.js';
import type { SessionHints } from './page-cookies.js';
import { SharedAnswers } from './shared-answers.js';
import type { Judging } from './visited-page.js';
import { putCookie } from './with-cookie.js';

/** What became of a refresh token: an answer, or the word that the handshake is told. */
export type Refreshed =
  | { readonly kind: 'settled'; readonly authentication: Authentication }
  | { readonly kind: 'failed'; readonly why: string };

/** A request whose session token has expired. */
export interface Expired {
  readonly visit: Visit;
  readonly hints: SessionHints;
  /** Of the page; `undefined` where nobody can say, or no session of it would count. */
  readonly origin: string | undefined;
}

/** Header fields that prove who sent a request, and are handed on to nobody. */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  'cookie',
  'authorization',
  'proxy-authorization',
]);

/** As `@clerk/backend` says it. */
const NO_COOKIE = 'non-eligible-no-refresh-cookie';
const INVALID = 'invalid-session-token';

/** All that it takes to ask for a new token. */
export interface Renewal {
  readonly visit: Visit;
  readonly endpoints: HandshakeEndpoints;
  readonly asked: Omit<RefreshRequest, 'headers'>;
}

/**
 * Gets a new session token for an expired one without the browser noticing. Production instances alone give out refresh
 * tokens. A refresh token is spent by asking, so requests with the same pair of tokens share one question.
 */
export class SessionRefresher {
  private readonly answers: SharedAnswers<CookieLines>;
  /** Requests for which it was tried: a second guard does not try again. */
  private readonly failed = new WeakMap<object, string>();

  constructor(
    private readonly steps: HandshakeSteps,
    private readonly judging: Judging,
  ) {
    this.answers = new SharedAnswers(judging.now);
  }

  /** What to ask with, or the word for why there is no asking: only then a promise is made. */
  renewalFor({ visit, hints, origin }: Expired): Renewal | string {
    const { request } = visit;
    const { endpoints, reading } = this.steps;
    const { session, refreshToken } = hints;
    if (request.sender?.method !== 'GET' || !isBornByCookie(request)) return NO_COOKIE;
    if (session === undefined || refreshToken === undefined) return NO_COOKIE;
    if (origin === undefined || endpoints === undefined) return NO_COOKIE;
    // The token has expired, so its signature held: what it says is true.
    const { sid: sessionId } = { sid: undefined, ...reading.unverified.peek(session) };
    if (!isSessionId(sessionId)) return INVALID;
    const failure = this.failed.get(request.carrier);
    if (failure !== undefined) return failure;
    const asked = { sessionId, expiredToken: session, refreshToken, origin };
    return { visit, endpoints, asked: { ...asked, suffixedCookies: hints.usesSuffixed } };
  }

  async refresh({ visit, endpoints, asked }: Renewal): Promise<Refreshed> {
    const { request, route, context } = visit;
    const { rules } = this.judging;
    try {
      const answer = await this.answers.on(`${asked.expiredToken} ${asked.refreshToken}`, () =>
        endpoints.refresh({ ...asked, headers: fieldsOf(visit) }),
      );
      if (answer.kind === 'refused') return this.fail(visit, answer.code);
      const judged = await judgeCookies(answer.lines, visit, this.judging);
      const { authentication, header, lines } = judged;
      if (authentication.kind !== 'authenticated') return this.fail(visit, INVALID);
      putCookie(request, header);
      addCookies(context.switchToHttp().getResponse(), lines);
      return settled(rules.restore(request, route.accepted, authentication));
    } catch (reason) {
      if (!(reason instanceof AuthorityUnavailable)) throw reason;
      return settled(rules.restore(request, route.accepted, { kind: 'unavailable', reason }));
    }
  }

  private fail({ request }: Visit, why: string): Refreshed {
    this.failed.set(request.carrier, why);
    return { kind: 'failed', why };
  }
}

function settled(authentication: Authentication): Refreshed {
  return { kind: 'settled', authentication };
}

/** One line of a field, or several, as Node has them. */
type Fields = Readonly<Record<string, string | readonly string[]>>;

function fieldsOf({ request }: Visit): Readonly<Record<string, readonly string[]>> {
  const { headers } = request.carrier as { readonly headers: Fields };
  const fields = Object.entries(headers);
  return Object.fromEntries(
    fields.filter(([name]) => isToldOn(name)).map(([name, value]) => [name, [value].flat()]),
  );
}

/** Of HTTP/2 there are fields that are none: `:path` is the whole address, with whatever stands in its query. */
function isToldOn(name: string): boolean {
  return !name.startsWith(':') && !SECRET_FIELDS.has(name.toLowerCase());
}
