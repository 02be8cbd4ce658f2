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
  const query = new URLSearchParams(asked.query);
  const browser = instance.directory.devBrowsers.find(query.get('__clerk_db_jwt') ?? '');
  if (browser === undefined) return undefined;
  return { instance, browser, origin: pageOriginOf(asked.headers), query };
}
