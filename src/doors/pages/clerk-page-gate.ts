import type { PageGate, Visit } from '../../access/page-gate.js';
import type { UnauthenticatedCode } from '../../errors/error-code.js';
import type { HandshakeSteps } from '../../module/clerk-instance.js';
import type { Authentication } from '../../session/authentication.js';
import type { Authenticator } from '../../session/authenticator.js';
import { readHttpRequest, type HttpRequest } from '../../transport/http-request.js';
import { nodeResponseOf } from '../../transport/node-response.js';
import { addCookies } from '../../transport/response-cookies.js';
import type { Eventually } from '../../verification/eventually.js';
import { cookieHeaderAfter } from './cookie-header.js';
import { handshakeReason, isAboutAskedSession } from './handshake-reason.js';
import { isShownInBrowser } from './navigation-kind.js';
import { readPage, type Page } from './page.js';
import { readSessionHints, type SessionHints } from './page-cookies.js';
import { PageNotices, type Blocked } from './page-notices.js';
import type { PageRedirect } from './page-redirect.js';
import { clearedCounts, PageRedirects, type Asking } from './page-redirects.js';
import type { PagesSettings } from './pages-settings.js';
import { DEV_BROWSER } from './parameter-names.js';
import { parameterIn } from './query-text.js';
import { outcomeOf, returnedHandshakeIn, type ReturnedHandshake } from './returned-handshake.js';
import { readSetCookieLine } from './set-cookie-line.js';
import { wantedOrganization } from './wanted-organization.js';
import { putCookie, withCookie } from './with-cookie.js';

/** What the gate works with. */
export interface PageGateParts {
  readonly settings: PagesSettings;
  readonly authenticator: Pick<Authenticator, 'authenticate'>;
  readonly steps: HandshakeSteps;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A page for which somebody asks, and what is known of it so far. */
interface Asked extends Visit {
  readonly page: Page;
}

type Unknown = Extract<Authentication, { readonly kind: 'anonymous' | 'rejected' }>;

/**
 * What becomes of browsers that ask for pages: the table of `docs/pages.md`. Clerk is asked through the browser where that
 * may help, and what it brings back is judged by the rules that hold for everybody.
 */
export class ClerkPageGate implements PageGate {
  readonly authenticator: object;
  private readonly redirects: PageRedirects;
  private readonly notices: PageNotices;
  /** `undefined` in a test that says itself who is calling: then nobody need be asked. */
  private readonly rules: Authenticator | undefined;
  private readonly blocked = new WeakMap<object, Blocked>();

  constructor(private readonly parts: PageGateParts) {
    const { authenticator, settings, now } = parts;
    this.authenticator = authenticator;
    this.rules = 'reconsider' in authenticator ? (authenticator as Authenticator) : undefined;
    this.redirects = new PageRedirects(settings);
    this.notices = new PageNotices(now);
  }

  settle(visit: Visit, found: Authentication): Eventually<Authentication> {
    const page = readPage(visit, this.parts.settings.origin);
    if (page === undefined || this.rules === undefined) return found;
    const asked = { ...visit, page };
    const returned = returnedHandshakeIn(page, this.parts.settings.isDevelopment);
    return returned === undefined || !this.isAwaited(page, found)
      ? this.goOn(asked, found)
      : this.resume(asked, found, returned, this.rules);
  }

  signIn(visit: Visit, code: UnauthenticatedCode): Error | undefined {
    const page = readPage(visit, this.parts.settings.origin);
    if (page === undefined) return undefined;
    const blocked = this.blocked.get(visit.request.carrier);
    if (blocked !== undefined) {
      this.notices.warn(blocked);
      return undefined;
    }
    if (page.kind === 'frame' || isAboutAskedSession(code)) return undefined;
    const redirect = this.redirects.signIn(page, this.hintsOf(visit), code === 'session_pending');
    if (typeof redirect !== 'string') return redirect;
    this.notices.warn(redirect);
    return undefined;
  }

  /** What is thrown in the place of a refusal that a handler made; `undefined` where the refusal it is. */
  insteadOf(code: UnauthenticatedCode, visit: Visit): Error | undefined {
    const page = readPage(visit, this.parts.settings.origin);
    if (page === undefined) return undefined;
    const found: Unknown =
      code === 'session_required' ? { kind: 'anonymous' } : { kind: 'rejected', code };
    const redirect = this.rules && this.handshakeFor({ ...visit, page }, found);
    if (typeof redirect === 'object') return redirect;
    if (redirect !== undefined) this.blocked.set(visit.request.carrier, redirect);
    return this.signIn(visit, code);
  }

  isShown(request: unknown): boolean {
    return isShownInBrowser(readHttpRequest(request as HttpRequest));
  }

  /** No nonce is asked about while the cookies are good, unless it is ours: anybody can send a browser one. */
  private isAwaited({ cookies }: Page, found: Authentication): boolean {
    return found.kind === 'anonymous' || found.kind === 'rejected' || cookies.handshakes > 0;
  }

  private goOn(asked: Asked, found: Authentication): Authentication {
    this.synchronize(asked, found);
    switch (found.kind) {
      case 'authenticated':
        return this.welcome(asked, found);
      case 'anonymous':
      case 'rejected':
        this.follow(this.handshakeFor(asked, found), asked);
        return found;
      default:
        return found;
    }
  }

  /** The browser is back. */
  private async resume(
    asked: Asked,
    found: Authentication,
    returned: ReturnedHandshake,
    rules: Authenticator,
  ): Promise<Authentication> {
    const { page, request, route } = asked;
    const { settings, steps } = this.parts;
    // The count is the test cookie as well: who comes back without it keeps no cookies, or was not sent by us.
    if (settings.isDevelopment && page.cookies.handshakes === 0) {
      return this.block(asked, 'no_cookies', found);
    }
    const outcome = await outcomeOf(returned, steps);
    switch (outcome.kind) {
      case 'unavailable':
        return rules.restore(request, route.accepted, outcome);
      case 'unusable':
        return this.goOn(asked, found);
      case 'lines':
        return this.take(outcome.lines, asked, found, rules);
    }
  }

  /** Judges the cookies that Clerk made before the browser gets them: what the rules refuse does not come in this way. */
  private async take(
    texts: readonly string[],
    asked: Asked,
    found: Authentication,
    rules: Authenticator,
  ): Promise<Authentication> {
    const { page, request, route } = asked;
    const now = this.parts.now();
    const lines = texts.flatMap((text) => readSetCookieLine(text, now) ?? []);
    const cookie = cookieHeaderAfter(request.cookie ?? '', lines, now);
    const judged = await rules.reconsider(withCookie(request, cookie), route.live, route.accepted);
    if (judged.kind === 'unavailable') return rules.restore(request, route.accepted, judged);
    if (!isTaken(judged)) return this.goOn(asked, found);
    const cookies = lines.map(({ text }) => text);
    if (this.parts.settings.isDevelopment) throw this.redirects.clean(page, cookies);
    putCookie(request, cookie);
    addCookies(page.response, cookies);
    return this.goOn(asked, rules.restore(request, route.accepted, judged));
  }

  /** Redirects that do not depend on who is signed in. */
  private synchronize(asked: Asked, found: Authentication): void {
    const { page } = asked;
    if (this.parts.settings.isDevelopment && parameterIn(page.target, DEV_BROWSER) !== undefined) {
      const reason = 'dev-browser-sync';
      this.follow(this.redirects.handshake(page, this.askingOf(asked, reason, found)), asked);
    }
  }

  private welcome(
    asked: Asked,
    found: Extract<Authentication, { readonly kind: 'authenticated' }>,
  ): Authentication {
    const { page } = asked;
    const isFresh = page.cookies.handshakes > 0;
    // Clerk was told of the organization just now: who is not in it yet will not be in it after another time.
    if (!isFresh && wantedOrganization(asked, found.session) !== undefined) {
      const asking = this.askingOf(asked, 'active-organization-mismatch', found);
      this.follow(this.redirects.handshake(page, asking), asked);
    }
    addCookies(page.response, clearedCounts(page));
    // Without it the back button shows the page after signing out. A handler may say otherwise.
    const raw = nodeResponseOf(page.response);
    if (raw?.headersSent === false) raw.setHeader('Cache-Control', 'private, no-store');
    return found;
  }

  private handshakeFor(asked: Asked, found: Unknown): PageRedirect | Blocked | undefined {
    if (asked.request.cookie === undefined) return undefined;
    const reason = handshakeReason(found, this.hintsOf(asked));
    return reason && this.redirects.handshake(asked.page, this.askingOf(asked, reason, found));
  }

  private askingOf(asked: Asked, reason: Asking['reason'], found: Authentication): Asking {
    const session = found.kind === 'authenticated' ? found.session : undefined;
    return {
      reason,
      hints: this.hintsOf(asked),
      organization: wantedOrganization(asked, session) ?? wantedOrganization(asked, undefined),
    };
  }

  private hintsOf({ request }: Visit): SessionHints {
    return readSessionHints(request.cookie ?? '', this.parts.steps.reading);
  }

  private follow(way: PageRedirect | Blocked | undefined, { request }: Asked): void {
    if (way === undefined) return;
    if (typeof way !== 'string') throw way;
    this.blocked.set(request.carrier, way);
  }

  private block({ request }: Asked, blocked: Blocked, found: Authentication): Authentication {
    this.blocked.set(request.carrier, blocked);
    return found;
  }
}

/** Somebody, nobody by Clerk's word, or somebody who has not finished: anything else is not what was asked for. */
function isTaken(judged: Authentication): boolean {
  if (judged.kind === 'rejected') return judged.code === 'session_pending';
  return judged.kind === 'authenticated' || judged.kind === 'anonymous';
}
