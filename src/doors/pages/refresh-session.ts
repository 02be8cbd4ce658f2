import { isSessionId } from '../../credentials/asked-session-id.js';
import type { Visit } from '../../access/page-gate.js';
import type { CookieLines, HandshakeEndpoints } from '../../backend-api/handshake-endpoints.js';
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
const NOT_GET = 'non-eligible-non-get';
const INVALID = 'invalid-session-token';

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

  /** Whether there is anything to try: only then a promise is made. */
  whyNot({ visit, hints, origin }: Expired): string | undefined {
    const { request } = visit;
    if (request.sender?.method !== 'GET') return NOT_GET;
    if (hints.refreshToken === undefined || !isBornByCookie(request)) return NO_COOKIE;
    if (origin === undefined || this.steps.endpoints === undefined) return NO_COOKIE;
    return this.failed.get(request.carrier);
  }

  async refresh(expired: Expired): Promise<Refreshed> {
    const { request, route } = expired.visit;
    const { endpoints } = this.steps;
    const { rules } = this.judging;
    try {
      const answer = endpoints && (await this.ask(expired, endpoints));
      if (answer?.kind !== 'lines') return this.fail(expired, answer?.code ?? INVALID);
      const judged = await judgeCookies(answer.lines, expired.visit, this.judging);
      const { authentication, header, lines } = judged;
      if (authentication.kind !== 'authenticated') return this.fail(expired, INVALID);
      putCookie(request, header);
      addCookies(expired.visit.context.switchToHttp().getResponse(), lines);
      return settled(rules.restore(request, route.accepted, authentication));
    } catch (reason) {
      if (!(reason instanceof AuthorityUnavailable)) throw reason;
      return settled(rules.restore(request, route.accepted, { kind: 'unavailable', reason }));
    }
  }

  private async ask(
    { visit, hints, origin = '' }: Expired,
    endpoints: HandshakeEndpoints,
  ): Promise<CookieLines | undefined> {
    const { session = '', refreshToken = '' } = hints;
    const sessionId = this.sessionIdIn(session);
    if (sessionId === undefined) return undefined;
    return this.answers.on(`${session} ${refreshToken}`, () =>
      endpoints.refresh({
        sessionId,
        expiredToken: session,
        refreshToken,
        origin,
        headers: fieldsOf(visit),
        suffixedCookies: hints.usesSuffixed,
      }),
    );
  }

  /** The token has expired, so its signature held: what it says is true. */
  private sessionIdIn(token: string): string | undefined {
    const { sid } = { sid: undefined, ...this.steps.reading.unverified.peek(token) };
    return isSessionId(sid) ? sid : undefined;
  }

  private fail({ visit }: Expired, why: string): Refreshed {
    this.failed.set(visit.request.carrier, why);
    return { kind: 'failed', why };
  }
}

function settled(authentication: Authentication): Refreshed {
  return { kind: 'settled', authentication };
}

function fieldsOf({ request }: Visit): Readonly<Record<string, readonly string[]>> {
  const { headers } = request.carrier as { readonly headers: Readonly<Record<string, unknown>> };
  const fields = Object.entries(headers).filter(([name]) => isToldOn(name));
  return Object.fromEntries(fields.map(([name, value]) => [name, textsOf(value)]));
}

/** Of HTTP/2 there are fields that are none: `:path` is the whole address, with whatever stands in its query. */
function isToldOn(name: string): boolean {
  return !name.startsWith(':') && !SECRET_FIELDS.has(name.toLowerCase());
}

function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((text) => typeof text === 'string');
}
