/** What Clerk's own parts write into the URLs of pages. */
export const DEV_BROWSER = '__clerk_db_jwt';
export const HANDSHAKE_NONCE = '__clerk_handshake_nonce';
export const HANDSHAKE_TOKEN = '__clerk_handshake';

/** Of a satellite, on the page of the primary domain that syncs it. */
export const SATELLITE_URL = '__clerk_redirect_url';

/** What no page is asked for again with: it was meant for one request. */
export const SPENT_PARAMETERS: ReadonlySet<string> = new Set([
  DEV_BROWSER,
  HANDSHAKE_NONCE,
  HANDSHAKE_TOKEN,
  '__clerk_help',
  '__dev_session',
]);
