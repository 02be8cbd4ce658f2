/** What the Frontend API is told when it is asked for cookies. */
export interface Handshake {
  /** Base URL of the Frontend API, without a trailing slash. */
  readonly frontendApi: string;
  /** The page to come back to. */
  readonly redirectUrl: string;
  readonly usesSuffixed: boolean;
  readonly reason: string;
  readonly session: string | undefined;
  readonly devBrowser: string | undefined;
  /** The organization to make active, by id or slug. */
  readonly organization: string | undefined;
}

/** The version of the API whose handshake this is: that of `@clerk/backend` 3.25. */
const API_VERSION = '2026-05-12';

/** Where the browser asks for cookies. The names are Clerk's. */
export function handshakeUrl(asked: Handshake): string {
  const query = new URLSearchParams({
    redirect_url: asked.redirectUrl,
    __clerk_api_version: API_VERSION,
    suffixed_cookies: String(asked.usesSuffixed),
    __clerk_hs_reason: asked.reason,
    format: 'nonce',
  });
  if (asked.session !== undefined) query.append('__session', asked.session);
  if (asked.devBrowser !== undefined) query.append('__clerk_db_jwt', asked.devBrowser);
  if (asked.organization !== undefined) query.append('organization_id', asked.organization);
  return `${asked.frontendApi}/v1/client/handshake?${query.toString()}`;
}
