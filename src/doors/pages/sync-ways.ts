import type { Authentication } from '../../session/authentication.js';
import { listedSatellite } from './listed-satellite.js';
import type { PageRedirects, Asking } from './page-redirects.js';
import type { SessionHints } from './page-cookies.js';
import type { Blocked } from './page-notices.js';
import type { PageRedirect } from './page-redirect.js';
import type { PagesSettings } from './pages-settings.js';
import { DEV_BROWSER, SATELLITE_URL } from './parameter-names.js';
import { parameterIn } from './query-text.js';
import { syncedIn } from './synced.js';
import type { VisitedPage } from './visited-page.js';

/** Makes what a handshake is begun with. */
export type MakeAsking = (reason: Asking['reason']) => Asking;

/** The ways of browsers that come from elsewhere: from signing in, from a satellite, from the primary domain. */
export class SyncWays {
  constructor(
    private readonly settings: PagesSettings,
    private readonly redirects: PageRedirects,
  ) {}

  /** The way, whoever is signed in; `undefined` where there is none. */
  wayOf(
    visited: VisitedPage,
    found: Authentication,
    hints: () => SessionHints,
    asking: MakeAsking,
  ): PageRedirect | Blocked | undefined {
    const { page } = visited;
    const { isDevelopment, isSatellite } = this.settings;
    if (isDevelopment) {
      const back = this.satelliteToGoBackTo(visited);
      if (back !== undefined) return this.redirects.toSatellite(page, back, hints());
      // It comes from where people sign in, so nothing more has to be learned there.
      if (parameterIn(page.target, DEV_BROWSER) !== undefined) {
        return this.redirects.handshake(page, asking('dev-browser-sync'));
      }
    }
    if (isSatellite && this.needsSyncing(visited, found, hints)) {
      return isDevelopment
        ? this.redirects.toPrimary(page)
        : this.redirects.handshake(page, asking('satellite-needs-syncing'));
    }
    return this.comesFromSatellite(visited, found)
      ? this.redirects.handshake(page, asking('primary-domain-cross-origin-sync'))
      : undefined;
  }

  private satelliteToGoBackTo({ page }: VisitedPage): string | undefined {
    const { isSatellite, satellites } = this.settings;
    if (isSatellite) return undefined;
    return listedSatellite(parameterIn(page.target, SATELLITE_URL), satellites);
  }

  private needsSyncing(
    { page }: VisitedPage,
    found: Authentication,
    hints: () => SessionHints,
  ): boolean {
    if (page.kind !== 'document') return false;
    const synced = syncedIn(page.target);
    if (synced === 'false') return true;
    if (!this.settings.satelliteAutoSync || synced === 'true') return false;
    return found.kind === 'anonymous' && (hints().clientUat ?? 0) === 0;
  }

  /** Somebody may have signed in or out on the satellite since. Once: the field stays on the whole way. */
  private comesFromSatellite({ page, request }: VisitedPage, found: Authentication): boolean {
    const { isSatellite, satellites } = this.settings;
    if (isSatellite || satellites.length === 0 || found.kind !== 'authenticated') return false;
    if (page.kind !== 'document' || page.cookies.handshakes > 0) return false;
    return listedSatellite(request.sender?.header('referer'), satellites) !== undefined;
  }
}
