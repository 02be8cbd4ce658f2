import { pathOf } from './own-target.js';
import { withParameter } from './query-text.js';

/** A place where people sign in: a path of this application, or a URL. */
export interface SignInPlace {
  /** As a path if it is one of this application. */
  readonly url: string;
  /** Where to go afterwards. */
  readonly returnTo: string;
  /** Of a development instance, for pages on another origin: they know the browser by it. */
  readonly devBrowser: string | undefined;
}

/**
 * The sign-in page with the way back. Clerk's form on a page of one's own reads the way back behind the hash, and pages
 * of the server's making before it; without the former people end up at `/`.
 */
export function signInUrl({ url, returnTo, devBrowser }: SignInPlace): string {
  const there = withParameter(url, 'redirect_url', returnTo);
  if (!url.startsWith('/')) {
    return devBrowser === undefined ? there : withParameter(there, '__clerk_db_jwt', devBrowser);
  }
  return `${there}#/?redirect_url=${encodeURIComponent(returnTo)}`;
}

/** Where somebody finishes signing in. */
export function tasksUrl(url: string): string {
  const path = pathOf(url);
  return `${path.replace(/\/+$/, '')}/tasks${url.slice(path.length)}`;
}

/** A URL of this application as a path; any other stays. */
export function asOwnPath(url: string, origin: string): string {
  return url.startsWith(`${origin}/`) ? url.slice(origin.length) : url;
}

/** Whether a page is the sign-in page, or one below it: as routers take paths, whatever the case and the last slash. */
export function isSignInPage(target: string, url: string): boolean {
  const page = trimmed(pathOf(target));
  const place = trimmed(pathOf(url));
  // Below `/` is everything.
  return page === place || (place !== '' && page.startsWith(`${place}/`));
}

function trimmed(path: string): string {
  return path.toLowerCase().replace(/\/+$/, '');
}
