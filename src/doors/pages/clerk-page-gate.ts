import type { PageGate, Visit } from '../../access/page-gate.js';
import type { UnauthenticatedCode } from '../../errors/error-code.js';
import type { HandshakeSteps } from '../../module/clerk-instance.js';
import type { Authentication } from '../../session/authentication.js';
import type { Authenticator } from '../../session/authenticator.js';
import { keepVisit, visitOn } from '../../session/request-slot.js';
import { carrierOf, readHttpRequest, type HttpRequest } from '../../transport/http-request.js';
import type { Eventually } from '../../verification/eventually.js';
import { handshakeReason, isAboutAskedSession } from './handshake-reason.js';
import { askForWholePage } from './htmx.js';
import { isShownInBrowser } from './navigation-kind.js';
import { readOrigin, readPage, type Page } from './page.js';
import { readSessionHints, type SessionHints } from './page-cookies.js';
import { PageNotices, type Blocked } from './page-notices.js';
import type { PageRedirect } from './page-redirect.js';
import { PageRedirects, type Asking } from './page-redirects.js';
import type { PagesSettings } from './pages-settings.js';
import { SessionRefresher } from './refresh-session.js';
import { resumeHandshake, type Resuming } from './resume-handshake.js';
import { returnedHandshakeIn } from './returned-handshake.js';
import { SyncWays, type MakeAsking } from './sync-ways.js';
import type { VisitedPage } from './visited-page.js';
import { wantedOrganization } from './wanted-organization.js';
import { welcome } from './welcome-page.js';

/** What the gate works with. */
export interface PageGateParts {
  readonly settings: PagesSettings;
  readonly authenticator: Pick<Authenticator, 'authenticate'>;
  readonly steps: HandshakeSteps;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Where somebody is sent, or why nowhere; `undefined` where there is no reason to send them. */
type Way = PageRedirect | Blocked | undefined;

/** What was read in a request's cookies, and in which. */
interface KnownHints {
  readonly cookie: string;
  readonly hints: SessionHints;
}

type Unknown = Extract<Authentication, { readonly kind: 'anonymous' | 'rejected' }>;

/**
 * What becomes of browsers that ask for pages: the table of `docs/pages.md`. Clerk is asked through the browser where that
 * may help, and what it brings back is judged by the rules that hold for everybody.
 */
export class ClerkPageGate implements PageGate {
  readonly authenticator: object;
  private readonly redirects: PageRedirects;
  private readonly sync: SyncWays;
  private readonly notices: PageNotices;
  /** False in a test that says itself who is calling: then nobody need be asked. */
  private readonly asksClerk: boolean;
  private readonly resuming: Resuming;
  private readonly refresher: SessionRefresher;
  /** Requests that are sent nowhere although that would be their way. */
  private readonly blocked = new WeakMap<object, Blocked>();
  /** One redirect asks for them several times. They go with their request: in them is what proves a session. */
  private readonly hints = new WeakMap<object, KnownHints>();

  constructor(private readonly parts: PageGateParts) {
    const { authenticator, settings, steps, now } = parts;
    this.authenticator = authenticator;
    this.redirects = new PageRedirects(settings);
    this.sync = new SyncWays(settings, this.redirects);
    this.notices = new PageNotices(now);
    this.asksClerk = 'reconsider' in authenticator;
    const rules = authenticator as Authenticator;
    this.resuming = { rules, now, steps, isDevelopment: settings.isDevelopment };
    this.refresher = new SessionRefresher(steps, this.resuming);
  }

  settle(visit: Visit, found: Authentication): Eventually<Authentication> {
    keepVisit(visit.request.carrier, this, visit);
    if (!this.asksClerk) return found;
    const page = this.pageOf(visit);
    if (page === undefined) return this.refreshOnly(visit, found);
    const visited = { ...visit, page };
    const returned = returnedHandshakeIn(page, this.resuming.isDevelopment);
    if (returned === undefined || !isAwaited(page, found)) return this.goOn(visited, found);
    if (this.isStranger(page)) {
      this.blocked.set(visit.request.carrier, 'no_cookies');
      return found;
    }
    const resumed = resumeHandshake(returned, visited, this.resuming);
    return resumed.then((known) => this.goOn(visited, known ?? found));
  }

  signIn(visit: Visit, code: UnauthenticatedCode): PageRedirect | undefined {
    keepVisit(visit.request.carrier, this, undefined);
    const page = this.pageOf(visit);
    if (isAboutAskedSession(code)) return undefined;
    if (page === undefined) {
      this.tellHtmx(visit);
      return undefined;
    }
    return this.told(
      this.blocked.get(visit.request.carrier) ?? this.wayToSignIn(visit, page, code),
    );
  }

  /** The redirect in the place of a refusal that a handler made; `undefined` where the refusal it is. */
  insteadOf(code: UnauthenticatedCode, request: HttpRequest): PageRedirect | undefined {
    const visit = visitOn(carrierOf(request), this) as Visit | undefined;
    if (visit === undefined) return undefined;
    const page = this.pageOf(visit);
    if (page === undefined || !this.asksClerk) return this.signIn(visit, code);
    const found: Unknown =
      code === 'session_required' ? { kind: 'anonymous' } : { kind: 'rejected', code };
    const way = this.wayToClerk({ ...visit, page }, found);
    return way === undefined ? this.signIn(visit, code) : this.told(way);
  }

  isShown(request: unknown): boolean {
    return isShownInBrowser(readHttpRequest(request as HttpRequest));
  }

  /** Everything after a browser has come back, or for one that was nowhere. */
  private goOn(visited: VisitedPage, found: Authentication): Eventually<Authentication> {
    const asking: MakeAsking = (reason) => this.asking(visited, reason, found);
    this.follow(
      this.sync.wayOf(visited, found, () => this.hintsOf(visited), asking),
      visited,
    );
    switch (found.kind) {
      case 'authenticated':
        this.follow(this.wayToOrganization(visited, found), visited);
        welcome(visited.page);
        return found;
      case 'anonymous':
      case 'rejected':
        return this.goOnUnknown(visited, found);
      default:
        return found;
    }
  }

  private goOnUnknown(visited: VisitedPage, found: Unknown): Eventually<Authentication> {
    // A guest, of whom nothing more can be read.
    if (visited.request.cookie === undefined) return found;
    const toClerk = (why?: string): Authentication => {
      this.follow(this.wayToClerk(visited, found, why), visited);
      return found;
    };
    return hasExpired(found) ? this.refresh(visited, toClerk) : toClerk();
  }

  /** What is no page is not sent anywhere, and may get a new token all the same. */
  private refreshOnly(visit: Visit, found: Authentication): Eventually<Authentication> {
    return hasExpired(found) ? this.refresh(visit, () => found) : found;
  }

  /** Gets a new token without the browser noticing; where that cannot be, `orElse` says how it goes on. */
  private refresh(
    visit: Visit,
    orElse: (why: string) => Authentication,
  ): Eventually<Authentication> {
    const origin = this.originOf(visit);
    const renewal = this.refresher.renewalFor({ visit, hints: this.hintsOf(visit), origin });
    if (typeof renewal === 'string') return orElse(renewal);
    return this.refresher.refresh(renewal).then((outcome) => {
      if (outcome.kind === 'failed') return orElse(outcome.why);
      const page = this.pageOf(visit);
      return page === undefined
        ? outcome.authentication
        : this.goOn({ ...visit, page }, outcome.authentication);
    });
  }

  /** Once: who is not in the organization after Clerk was told of it will not be in it after another time. */
  private wayToOrganization(
    visited: VisitedPage,
    found: Extract<Authentication, { readonly kind: 'authenticated' }>,
  ): Way {
    const { page } = visited;
    if (page.cookies.handshakes > 0) return undefined;
    if (wantedOrganization(visited, found.session) === undefined) return undefined;
    return this.redirects.handshake(
      page,
      this.asking(visited, 'active-organization-mismatch', found),
    );
  }

  private wayToClerk(visited: VisitedPage, found: Unknown, why?: string): Way {
    const { signIns, handshakes } = visited.page.cookies;
    const isBack = signIns > 0 && handshakes === 0;
    const reason = handshakeReason(found, this.hintsOf(visited), isBack);
    if (reason === undefined) return undefined;
    const isTold = reason === 'session-token-expired' && why !== undefined;
    const said = isTold ? (`${reason}-refresh-${why}` as const) : reason;
    return this.redirects.handshake(visited.page, this.asking(visited, said, found));
  }

  private wayToSignIn(visit: Visit, page: Page, code: UnauthenticatedCode): Way {
    if (page.kind === 'frame') return undefined;
    return this.redirects.signIn(page, this.hintsOf(visit), code === 'session_pending');
  }

  private tellHtmx(visit: Visit): void {
    const origin = this.originOf(visit);
    if (origin !== undefined) askForWholePage(visit, origin);
  }

  private asking(visited: VisitedPage, reason: Asking['reason'], found: Authentication): Asking {
    const session = found.kind === 'authenticated' ? found.session : undefined;
    const organization =
      wantedOrganization(visited, session) ?? wantedOrganization(visited, undefined);
    return { reason, hints: this.hintsOf(visited), organization };
  }

  private follow(way: Way, { request }: Visit): void {
    if (way === undefined) return;
    if (typeof way !== 'string') throw way;
    this.blocked.set(request.carrier, way);
  }

  /** The way that is taken. Why there is none is for the log. */
  private told(way: Way): PageRedirect | undefined {
    if (typeof way !== 'string') return way;
    this.notices.warn(way);
    return undefined;
  }

  /** The count is the test cookie as well: who comes back without it keeps no cookies, or was not sent by us. */
  private isStranger({ cookies }: Page): boolean {
    return this.parts.settings.isDevelopment && cookies.handshakes === 0;
  }

  /** `undefined` where nobody can say, or no session of it would count. */
  private originOf({ context }: Visit): string | undefined {
    const origin = readOrigin(context, this.parts.settings.origin);
    return this.redirects.isListed(origin) ? origin : undefined;
  }

  private pageOf(visit: Visit): Page | undefined {
    return readPage(visit, this.parts.settings.origin);
  }

  private hintsOf({ request }: Visit): SessionHints {
    const { carrier, cookie = '' } = request;
    const known = this.hints.get(carrier);
    // Other cookies, once a token was refreshed on the way.
    if (known?.cookie === cookie) return known.hints;
    const hints = readSessionHints(cookie, this.parts.steps.reading);
    this.hints.set(carrier, { cookie, hints });
    return hints;
  }
}

function hasExpired(found: Authentication): boolean {
  return found.kind === 'rejected' && found.code === 'token_expired';
}

/** No nonce is asked about while the cookies are good, unless it is ours: anybody can send a browser one. */
function isAwaited({ cookies }: Page, found: Authentication): boolean {
  return found.kind === 'anonymous' || found.kind === 'rejected' || cookies.handshakes > 0;
}
