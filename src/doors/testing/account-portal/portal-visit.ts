import { readCookieValues } from '../../../credentials/cookie-values.js';
import type { DevBrowserRecord } from '../directory/dev-browsers.js';
import { browserOf } from '../frontend-api/visit.js';
import type { Visit } from '../frontend-api/visit.js';
import { readReturnUrl } from '../handshake/return-url.js';
import type { ReturnUrl } from '../handshake/return-url.js';
import { readFields } from '../http/asked.js';
import type { Asked } from '../http/asked.js';
import type { Instance } from '../instance.js';

/** Somebody at the portal. */
export interface PortalVisit extends Visit {
  /** To where they go on; `undefined` when nobody said. */
  readonly page: ReturnUrl | undefined;
}

/** In development the portal knows a browser again by a cookie of its own: those of the application it may never see. */
export const PORTAL_COOKIE = '__local_clerk_browser';

/** `undefined` when it would lead away from this machine. */
export function readPortalVisit(asked: Asked, instance: Instance): PortalVisit | undefined {
  const query = new URLSearchParams(asked.query);
  const wish = wishedPage(asked, query);
  const page = readReturnUrl(wish ?? `${instance.settings.origin}/`);
  if (wish !== undefined && page === undefined) return undefined;
  return { instance, query, page, origin: page?.origin, browser: browserAt(asked, instance) };
}

/** A satellite asks to be synced; everybody else says where they come from, in the URL or in the form. */
function wishedPage(asked: Asked, query: URLSearchParams): string | undefined {
  const field = readFields(asked)?.redirect_url;
  const inForm = typeof field === 'string' ? field : undefined;
  return query.get('__clerk_redirect_url') ?? query.get('redirect_url') ?? inForm;
}

function browserAt(asked: Asked, instance: Instance): DevBrowserRecord {
  const { directory, settings } = instance;
  const { devBrowsers } = directory;
  const inQuery = new URLSearchParams(asked.query).get('__clerk_db_jwt') ?? '';
  const isKnown = devBrowsers.find(inQuery) !== undefined;
  if (isKnown || settings.instanceType === 'production') return browserOf(asked, instance);
  const names = [`__clerk_db_jwt_${settings.cookieSuffix}`, '__clerk_db_jwt', PORTAL_COOKIE];
  for (const id of readCookieValues(asked.headers.cookie ?? '', names)) {
    const browser = devBrowsers.find(id ?? '');
    if (browser !== undefined) return browser;
  }
  return devBrowsers.open();
}
