import { readCookieValues } from '../../../credentials/cookie-values.js';
import type { DevBrowserRecord } from '../directory/dev-browsers.js';
import type { Asked } from '../http/asked.js';
import type { Instance } from '../instance.js';
import { pageOriginOf } from './page-origin.js';

/** A browser at the Frontend API. */
export interface Visit {
  readonly instance: Instance;
  readonly browser: DevBrowserRecord;
  /** Of the page in it. */
  readonly origin: string | undefined;
  readonly query: URLSearchParams;
}

/** `undefined` when it is no browser that this Clerk knows, or none at all. */
export function readVisit(asked: Asked, instance: Instance): Visit | undefined {
  const browser = knownBrowser(asked, instance);
  if (browser === undefined) return undefined;
  const query = new URLSearchParams(asked.query);
  return { instance, browser, origin: pageOriginOf(asked.headers), query };
}

/** The browser that asks, and a new one when it is not known. */
export function browserOf(asked: Asked, instance: Instance): DevBrowserRecord {
  return knownBrowser(asked, instance) ?? instance.directory.devBrowsers.open();
}

/** In development by its id in the query. In production there are no such ids: the cookie of its client tells, if any. */
function knownBrowser(asked: Asked, instance: Instance): DevBrowserRecord | undefined {
  const { directory, settings } = instance;
  if (settings.instanceType === 'production')
    return directory.devBrowsers.holding(clientIn(asked, instance));
  return directory.devBrowsers.find(new URLSearchParams(asked.query).get('__clerk_db_jwt') ?? '');
}

/** Whether the browser brings the cookie of a client that is there. */
export function isClientKnown(asked: Asked, instance: Instance): boolean {
  return clientIn(asked, instance) !== null;
}

function clientIn({ headers }: Asked, { directory }: Instance): string | null {
  const [token = ''] = readCookieValues(headers.cookie ?? '', ['__client']);
  return directory.clients.holding(token)?.id ?? null;
}
