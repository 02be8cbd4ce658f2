import type { HandshakeReason } from './handshake-reason.js';
import { handshakeUrl } from './handshake-url.js';
import {
  clearLine,
  countLine,
  HANDSHAKE_COUNT,
  MOST_IN_A_ROW,
  placeOf,
  SIGN_IN_COUNT,
} from './loop-counts.js';
import type { Page } from './page.js';
import { devBrowserIn, type SessionHints } from './page-cookies.js';
import type { Blocked } from './page-notices.js';
import { redirectTo, type PageRedirect } from './page-redirect.js';
import type { PagesSettings } from './pages-settings.js';
import { DEV_BROWSER, SATELLITE_URL, SPENT_PARAMETERS } from './parameter-names.js';
import { parameterIn, withoutParameters, withParameter } from './query-text.js';
import { syncedIn, withoutSynced, withSynced } from './synced.js';
import { asOwnPath, isSignInPage, signInUrl, tasksUrl } from './sign-in-url.js';

/** What a handshake is begun with. */
export interface Asking {
  /** In Clerk's words, with what became of a refresh token where there was one. */
  readonly reason: HandshakeReason | `session-token-expired-refresh-${string}`;
  readonly hints: SessionHints;
  readonly organization: string | undefined;
}

/** The ways on which a browser is sent, and when it is not. */
export class PageRedirects {
  constructor(private readonly settings: PagesSettings) {}

  /** To the Frontend API, which knows the browser. */
  handshake(page: Page, { reason, hints, organization }: Asking): PageRedirect | Blocked {
    return this.counted(page, (origin) =>
      handshakeUrl({
        frontendApi: this.frontendApiAt(origin),
        redirectUrl: this.urlAfterHandshake(cleanUrl(origin, page), page, reason),
        usesSuffixed: hints.usesSuffixed,
        reason,
        session: hints.session,
        devBrowser: this.devBrowserOf(page, hints),
        organization,
      }),
    );
  }

  /** From a satellite in development to the page of the primary domain that knows the browser, and sends it back. */
  toPrimary(page: Page): PageRedirect | Blocked {
    const { signInUrl: place = '' } = this.settings;
    return this.counted(page, (origin) =>
      withParameter(place, SATELLITE_URL, withoutSynced(cleanUrl(origin, page))),
    );
  }

  /** Back to the satellite, with what knows the browser. */
  toSatellite(page: Page, url: string, hints: SessionHints): PageRedirect | Blocked {
    const there = withSynced(withoutParameters(url, SPENT_PARAMETERS), 'true');
    const devBrowser = this.devBrowserOf(page, hints);
    return this.counted(page, () =>
      devBrowser === undefined ? there : withParameter(there, DEV_BROWSER, devBrowser),
    );
  }

  /** To where people sign in, or finish it. */
  signIn(page: Page, hints: SessionHints, isPending: boolean): PageRedirect | Blocked | undefined {
    const { signInUrl: place } = this.settings;
    if (place === undefined) return undefined;
    return this.seenAt(page, (origin) => {
      const { signIns, handshakes } = page.cookies;
      const url = asOwnPath(place, origin);
      if (isSignInPage(page.target, url)) return 'sign_in_page_guarded';
      if (signIns >= MOST_IN_A_ROW) return 'sign_ins_in_a_row';
      const location = signInUrl({
        url: isPending ? tasksUrl(url) : url,
        returnTo: this.urlAfterSignIn(cleanUrl(origin, page), url),
        devBrowser: this.devBrowserOf(page, hints),
      });
      const count = countLine(SIGN_IN_COUNT, signIns + 1, placeIn(page));
      const counts = handshakes > 0 ? [count, clearLine(HANDSHAKE_COUNT, placeIn(page))] : [count];
      return redirectTo(location, page.response, counts);
    });
  }

  /** No session of an origin that is not listed would count: nothing that Clerk can say would help. */
  isListed(origin: string | undefined): boolean {
    const { authorizedParties } = this.settings;
    return authorizedParties.length === 0 || authorizedParties.some((party) => party === origin);
  }

  private seenAt<Way>({ origin }: Page, way: (origin: string) => Way): Way | Blocked {
    if (origin === undefined) return 'origin_unknown';
    return this.isListed(origin) ? way(origin) : 'origin_not_authorized';
  }

  private counted(page: Page, locate: (origin: string) => string): PageRedirect | Blocked {
    return this.seenAt(page, (origin) => {
      const { handshakes } = page.cookies;
      if (handshakes >= MOST_IN_A_ROW) return 'handshakes_in_a_row';
      const count = countLine(HANDSHAKE_COUNT, handshakes + 1, placeIn(page));
      return redirectTo(locate(origin), page.response, [count]);
    });
  }

  /** Synced once, or a stranger on a satellite would be synced for ever. */
  private urlAfterHandshake(url: string, page: Page, reason: Asking['reason']): string {
    const isSyncing =
      this.settings.isSatellite &&
      (reason === 'satellite-needs-syncing' || syncedIn(page.target) === 'false');
    return isSyncing ? withSynced(url, 'true') : url;
  }

  /** People sign in at the primary domain: what happened there has to be brought over. */
  private urlAfterSignIn(url: string, signInPage: string): string {
    const isElsewhere = this.settings.isSatellite && !signInPage.startsWith('/');
    return isElsewhere ? withSynced(url, 'false') : url;
  }

  private frontendApiAt(origin: string): string {
    const { frontendApi = '' } = this.settings;
    return frontendApi.startsWith('/') ? `${origin}${frontendApi}` : frontendApi;
  }

  private devBrowserOf({ target }: Page, hints: SessionHints): string | undefined {
    if (!this.settings.isDevelopment) return undefined;
    return devBrowserIn(parameterIn(target, DEV_BROWSER)) ?? hints.devBrowser;
  }
}

/** Put together as text: `new URL('//evil.example', origin)` would lead away. */
function cleanUrl(origin: string, { target }: Page): string {
  return `${origin}${withoutParameters(target, SPENT_PARAMETERS)}`;
}

/** The lines that take back the counts that the browser has. */
export function clearedCounts(page: Page): readonly string[] {
  const { handshakes, signIns } = page.cookies;
  const counted = [
    ...(handshakes > 0 ? [HANDSHAKE_COUNT] : []),
    ...(signIns > 0 ? [SIGN_IN_COUNT] : []),
  ];
  return counted.map((name) => clearLine(name, placeIn(page)));
}

function placeIn({ target, origin }: Page) {
  return placeOf(target, origin);
}
