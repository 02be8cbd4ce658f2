import type { PublishableKey } from '../config/publishable-key.js';
import type { UnauthenticatedCode } from '../errors/error-code.js';
import type { IncomingRequest } from '../transport/incoming-request.js';
import { readAskedSessionId } from './asked-session-id.js';
import { isB64Token, readBearer } from './bearer.js';
import { chooseCookieSet } from './choose-cookie-set.js';
import type { Presented } from './credential.js';
import { isCrossSite, mayOpenConnection } from './cross-site.js';
import { opaqueTypeOf, readMachineToken } from './machine-token.js';
import {
  readClientUat,
  readSessionCookies,
  type CookieNames,
  type SessionCookies,
} from './session-cookies.js';
import { isSessionTokenShaped, LONGEST_CREDENTIAL, type SessionTokenText } from './token-shape.js';
import { SESSIONS_ONLY, type AcceptedTokens } from './token-type.js';
import type { UnverifiedClaims, UnverifiedReader } from './unverified-claims.js';

/** What reading takes besides the request. */
export interface CredentialReading {
  /** Names the instance that cookies must belong to. */
  readonly publishableKey: PublishableKey | undefined;
  /** What `iss` may say in a token of this instance, where the options list it. */
  readonly issuers: readonly string[];
  readonly cookieNames: CookieNames;
  /** Origins whose pages may send cookies from another site; `undefined`: every page may. */
  readonly trustedOrigins: readonly string[] | undefined;
  /** Origins whose pages may open sockets with cookies, besides those of the host itself. */
  readonly socketOrigins: readonly string[];
  readonly unverified: UnverifiedReader;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The claims of a token in the cache: then neither its shape nor its payload need be read again. */
  readonly recognize: (token: string) => UnverifiedClaims | undefined;
}

const NONE: Presented = { kind: 'none' };

/**
 * What did the caller hand us? A header credential shuts out cookies, good or bad; the token's shape tells its kind.
 * Of the kinds only those that are accepted count. Nothing is proved here.
 */
export function readCredential(
  request: IncomingRequest,
  reading: CredentialReading,
  accepted: AcceptedTokens = SESSIONS_ONLY,
): Presented {
  const bearer = readBearer(request.authorization);
  if (bearer.kind === 'malformed') return malformed('authorization_malformed');
  if (bearer.kind === 'token') {
    return accepted === SESSIONS_ONLY
      ? sessionFromHeader(bearer.token, request, reading)
      : fromHeader(bearer.token, request, reading, accepted);
  }
  const { cookie } = request;
  if (cookie === undefined || !accepted.includes('session_token')) return NONE;
  const sets = readSessionCookies(cookie, reading.cookieNames);
  return fromCookies(chooseCookieSet(sets, reading), request, reading);
}

function malformed(code: UnauthenticatedCode): Presented {
  return { kind: 'malformed', code };
}

function fromHeader(
  token: string,
  request: IncomingRequest,
  reading: CredentialReading,
  accepted: AcceptedTokens,
): Presented {
  if (token.length > LONGEST_CREDENTIAL) return malformed('token_malformed');
  const machine = readMachineToken(token, reading.unverified);
  if (!accepted.includes(machine?.type ?? 'session_token')) {
    return malformed('token_type_unsupported');
  }
  if (machine === undefined) return sessionFromHeader(token, request, reading);
  if (!isB64Token(token)) return malformed('authorization_malformed');
  // Whoever asks for a session gets that one or none, and a machine has none.
  if (request.askedSessionIds.length > 0) return malformed('session_mismatch');
  return machine;
}

function sessionFromHeader(
  token: string,
  request: IncomingRequest,
  reading: CredentialReading,
): Presented {
  // Client tokens live in cookies only: in a header they would have no browser to vouch for them.
  if (!isSessionToken(token, reading)) return malformed(codeOf(token));
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

function codeOf(token: string): UnauthenticatedCode {
  if (!isB64Token(token)) return 'authorization_malformed';
  return opaqueTypeOf(token) === undefined ? 'token_malformed' : 'token_type_unsupported';
}

function fromCookies(
  cookies: SessionCookies,
  request: IncomingRequest,
  reading: CredentialReading,
): Presented {
  const token = cookies.session;
  if (token === undefined) return NONE;
  const broken = brokenRule(request, reading);
  if (broken !== undefined) return broken;
  const asked = readAskedSessionId(request.askedSessionIds);
  if (asked.kind === 'malformed') return malformed('session_id_malformed');
  if (token.length > LONGEST_CREDENTIAL) return malformed('token_malformed');
  // Machines bear theirs in a header: Clerk is not asked what one is worth as a client token.
  if (opaqueTypeOf(token) !== undefined) return malformed('token_type_unsupported');
  const clientUat = readClientUat(cookies.clientUat);
  if (!isSessionToken(token, reading)) {
    return { kind: 'client_token', token, clientUat, askedSessionId: asked.id };
  }
  return { kind: 'session_token', token, clientUat, fromCookie: true, askedSessionId: asked.id };
}

/** Which rule a cookie breaks that came from a page of another site; `undefined` when it breaks none. */
function brokenRule(
  { sender }: IncomingRequest,
  { trustedOrigins, socketOrigins }: CredentialReading,
): Presented | undefined {
  if (sender === undefined) return undefined;
  const origin = sender.header('origin');
  if (sender.opensConnection) {
    const isAllowed = mayOpenConnection(sender, socketOrigins);
    return isAllowed ? undefined : { kind: 'cross_site', code: 'origin_not_allowed', origin };
  }
  return trustedOrigins !== undefined && isCrossSite(sender, trustedOrigins)
    ? { kind: 'cross_site', code: 'cross_site_request', origin }
    : undefined;
}

function isSessionToken(token: string, reading: CredentialReading): token is SessionTokenText {
  return reading.recognize(token) !== undefined || isSessionTokenShaped(token);
}
