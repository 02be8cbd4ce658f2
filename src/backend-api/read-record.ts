import type { ClientRecord, SessionRecord } from '../verification/session-record.js';

/** A JSON object as the Backend API sends them: it names its own kind. */
export type BackendObject = Readonly<Record<string, unknown>> & { readonly object: string };

/** Whether a body is an object of the Backend API at all, rather than something from a proxy in between. */
export function isBackendObject(body: unknown): body is BackendObject {
  return typeof body === 'object' && body !== null && 'object' in body && isText(body.object);
}

/** The items in a body: a bare list, or one in the wrapping of newer versions; `undefined` when it is something else. */
export function readList(body: unknown): readonly unknown[] | undefined {
  if (Array.isArray(body)) return body as unknown[];
  const { data } = (body ?? {}) as Readonly<Record<string, unknown>>;
  return Array.isArray(data) ? (data as unknown[]) : undefined;
}

/** The session in a body; `undefined` when it is something else. */
export function readSessionRecord(body: unknown): SessionRecord | undefined {
  if (!isBackendObject(body) || body.object !== 'session') return undefined;
  const { id, user_id: userId, status } = body;
  if (!isText(id) || !isText(userId) || !isText(status)) return undefined;
  return {
    id,
    userId,
    status,
    clientId: textIn(body.client_id),
    lastActiveAt: timeIn(body.last_active_at),
    expireAt: timeIn(body.expire_at),
    abandonAt: timeIn(body.abandon_at),
    lastActiveOrganizationId: textIn(body.last_active_organization_id),
    actor: objectIn(body.actor),
  };
}

/** The client in a body, with those of its sessions that are sessions; `undefined` when it is something else. */
export function readClientRecord(body: unknown): ClientRecord | undefined {
  if (!isBackendObject(body) || body.object !== 'client' || !isText(body.id)) return undefined;
  const sessions: unknown[] = Array.isArray(body.sessions) ? body.sessions : [];
  return {
    id: body.id,
    sessions: sessions.map(readSessionRecord).filter((session) => session !== undefined),
    lastActiveSessionId: textIn(body.last_active_session_id),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function textIn(value: unknown): string | undefined {
  return isText(value) ? value : undefined;
}

function timeIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as Readonly<Record<string, unknown>>;
}
