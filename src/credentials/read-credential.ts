import type { ClerkSettings } from '../config/clerk-settings.js';
import type { UnauthenticatedCode } from '../errors/error-code.js';
import type { IncomingRequest } from '../transport/incoming-request.js';
import { readAskedSessionId } from './asked-session-id.js';
import { readBearer } from './bearer.js';
import { chooseCookieSet } from './choose-cookie-set.js';
import type { Presented } from './credential.js';
import { readClientUat, readSessionCookies, type SessionCookies } from './session-cookies.js';
import { isSessionTokenShaped, LONGEST_CREDENTIAL } from './token-shape.js';

/** The settings that decide which cookies are read. */
export type CredentialSettings = Pick<ClerkSettings, 'publishableKey'>;

/**
 * What did the caller hand us? A header credential shuts out cookies, good or bad; the token's shape tells its kind.
 * Nothing is proved here.
 */
export function readCredential(
  request: IncomingRequest,
  settings: CredentialSettings,
  now: number,
): Presented {
  const bearer = readBearer(request.authorization);
  if (bearer.kind === 'malformed') return malformed('authorization_malformed');
  if (bearer.kind === 'token') return fromHeader(bearer.token, request);
  if (request.cookie === undefined) return NONE;
  const instance = settings.publishableKey;
  const sets = readSessionCookies(request.cookie, instance?.cookieSuffix);
  return fromCookies(chooseCookieSet(sets, instance, now), request);
}

const NONE: Presented = { kind: 'none' };

function malformed(code: UnauthenticatedCode): Presented {
  return { kind: 'malformed', code };
}

function fromHeader(token: string, request: IncomingRequest): Presented {
  // Client tokens live in cookies only: in a header they would have no browser to vouch for them.
  if (!isSessionTokenShaped(token)) return malformed('token_malformed');
  const asked = readAskedSessionId(request.askedSessionIds);
  if (asked.kind === 'malformed') return malformed('session_id_malformed');
  return {
    kind: 'session_token',
    token,
    clientUat: undefined,
    fromCookie: false,
    askedSessionId: asked.id,
  };
}

function fromCookies(cookies: SessionCookies, request: IncomingRequest): Presented {
  const token = cookies.session;
  if (token === undefined) return NONE;
  const asked = readAskedSessionId(request.askedSessionIds);
  if (asked.kind === 'malformed') return malformed('session_id_malformed');
  if (token.length > LONGEST_CREDENTIAL) return malformed('token_malformed');
  if (!isSessionTokenShaped(token)) {
    return { kind: 'client_token', token, askedSessionId: asked.id };
  }
  const clientUat = readClientUat(cookies.clientUat);
  return { kind: 'session_token', token, clientUat, fromCookie: true, askedSessionId: asked.id };
}
