import { isOrigin } from '../../../config/is-origin.js';
import { isAlive } from '../directory/sessions.js';
import type { SessionRecord } from '../directory/sessions.js';
import { refreshLine, sessionLines } from '../handshake/session-lines.js';
import type { Fields } from '../http/asked.js';
import { clerkError, json, notFound } from '../http/reply.js';
import type { Answer } from '../http/reply.js';
import { get, post } from '../http/routing.js';
import type { Route } from '../http/routing.js';
import type { Instance } from '../instance.js';
import { pageToken } from '../tokens/page-token.js';
import { isToken, parameterMissing } from './token-parameter.js';

/** How the server of a page gets its session cookies, after a handshake or in place of one. */
export function handshakeRoutes(instance: Instance): readonly Route[] {
  return [
    get('/v1/clients/handshake_payload', (query) => tellPayload(query, instance)),
    post('/v1/sessions/:id/refresh', (fields, id = '') => refresh(id, fields, instance)),
  ];
}

/** Once, within a minute. */
function tellPayload({ nonce }: Fields, { handshakes }: Instance): Answer {
  if (!isToken(nonce)) return parameterMissing('nonce');
  const directives = handshakes.spend(nonce);
  return directives === undefined ? notFound('Handshake payload') : json(200, { directives });
}

/** A token in place of the one that expired, as long as the session lives. */
function refresh(id: string, fields: Fields, instance: Instance): Answer {
  const { refresh_token: token, expired_token: expired } = fields;
  if (!isToken(token)) return parameterMissing('refresh_token');
  if (!isToken(expired)) return parameterMissing('expired_token');
  const session = instance.directory.sessions.find(id);
  if (session === undefined) return notFound('Session');
  if (!instance.refreshTokens.isOf(id, token) || sessionIn(expired) !== id) return tokenInvalid();
  return isAlive(session) ? tellRefreshed(session, fields, instance) : sessionInactive(session);
}

function tellRefreshed(session: SessionRecord, fields: Fields, instance: Instance): Answer {
  const { request_origin: asked, format } = fields;
  const isKnown = typeof asked === 'string' && isOrigin(asked);
  const origin = isKnown ? asked : instance.settings.origin;
  if (format !== 'cookie') {
    return json(200, { object: 'token', jwt: pageToken(session, origin, instance) });
  }
  const cookies = [
    ...sessionLines(session, origin, instance),
    refreshLine(session, origin, instance),
  ];
  return json(200, { object: 'cookies', cookies });
}

/** Of which session a token says it is; its signature is for the server to check before it comes here. */
function sessionIn(token: string): unknown {
  try {
    const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    return (JSON.parse(claims) as { readonly sid?: unknown } | null)?.sid;
  } catch {
    return undefined;
  }
}

function tokenInvalid(): Answer {
  return clerkError(401, 'refresh_token_invalid', 'The refresh token is not one of this session');
}

function sessionInactive({ status }: SessionRecord): Answer {
  return clerkError(401, 'session_inactive', `The session is ${status}`);
}
