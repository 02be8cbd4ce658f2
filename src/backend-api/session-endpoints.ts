import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { Answer, SessionAuthority } from '../verification/session-authority.js';
import type { ClientRecord, SessionRecord } from '../verification/session-record.js';
import type { BackendAnswer, BackendCall } from './backend-call.js';
import type { BackendClient } from './backend-client.js';
import { isBackendObject, readClientRecord, readList, readSessionRecord } from './read-record.js';
import type { SecretKeyProbe } from './secret-key-probe.js';

/** The longest page that Clerk gives, and how many of them are asked for: nobody has more sessions. */
const PAGE = 500;
const MOST_PAGES = 20;

/** Clerk's sessions and clients through the Backend API. What it answers is decided by status, never by text. */
export class SessionEndpoints implements SessionAuthority {
  constructor(
    private readonly client: BackendClient,
    private readonly secretKey: SecretKeyProbe,
  ) {}

  verifySession(sessionId: string, clientToken: string): Promise<Answer<SessionRecord>> {
    const path = `${pathOf(sessionId)}/verify`;
    const call = { method: 'POST', path, body: { token: clientToken }, repeatable: true } as const;
    return this.ask(call, readSessionRecord);
  }

  verifyClient(clientToken: string): Promise<Answer<ClientRecord>> {
    const path = '/clients/verify';
    const call = { method: 'POST', path, body: { token: clientToken }, repeatable: true } as const;
    return this.ask(call, readClientRecord);
  }

  getSession(sessionId: string): Promise<Answer<SessionRecord>> {
    return this.ask(
      { method: 'GET', path: pathOf(sessionId), repeatable: true },
      readSessionRecord,
    );
  }

  revokeSession(sessionId: string): Promise<Answer<SessionRecord>> {
    const path = `${pathOf(sessionId)}/revoke`;
    const call = { method: 'POST', path, repeatable: false, lane: 'revocations' } as const;
    return this.ask(call, readSessionRecord);
  }

  async openSessionsOf(userId: string): Promise<readonly string[]> {
    const active = await this.list(userId, 'active');
    return [...active, ...(await this.list(userId, 'pending'))];
  }

  private async list(userId: string, status: 'active' | 'pending'): Promise<readonly string[]> {
    const ids: string[] = [];
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const query = new URLSearchParams({
        user_id: userId,
        status,
        limit: String(PAGE),
        offset: String(page * PAGE),
      });
      const path = `/sessions?${query.toString()}`;
      const call = { method: 'GET', path, repeatable: true, lane: 'revocations' } as const;
      const { sessions, isLast } = await this.readPage(call);
      // What was asked for is not taken for granted: a session of another user is not theirs to end.
      const theirs = sessions.filter((session) => session.userId === userId);
      ids.push(...theirs.map(({ id }) => id));
      if (isLast) break;
    }
    return ids;
  }

  private async readPage(
    call: BackendCall,
  ): Promise<{ readonly sessions: readonly SessionRecord[]; readonly isLast: boolean }> {
    const { status, body } = await this.client.send(call);
    // A user whom Clerk does not know has no sessions.
    if (status === 404 || status === 422) return { sessions: [], isLast: true };
    if (status === 401) await this.secretKey.assertAccepted();
    const items = status === 200 ? readList(body) : undefined;
    if (items === undefined) {
      throw new AuthorityUnavailable(
        `GET /sessions: no list of sessions, status ${String(status)}`,
      );
    }
    const sessions = items.map(readSessionRecord).filter((session) => session !== undefined);
    return { sessions, isLast: items.length < PAGE };
  }

  private async ask<Thing>(
    call: BackendCall,
    read: (body: unknown) => Thing | undefined,
  ): Promise<Answer<Thing>> {
    const answer = await this.client.send(call);
    switch (answer.status) {
      case 200:
        return found(call, answer, read);
      case 404:
      case 410:
        return { kind: 'absent' };
      case 400:
      case 422:
        return { kind: 'refused' };
      case 401:
        // Either the caller's token or our own key is wrong, and the status alone does not tell which.
        await this.secretKey.assertAccepted();
        return { kind: 'refused' };
      default:
        throw new AuthorityUnavailable(`${call.path}: unexpected status ${String(answer.status)}`);
    }
  }
}

/** Ids are checked before they come here; encoding them as well keeps any text from becoming a path. */
function pathOf(sessionId: string): string {
  return `/sessions/${encodeURIComponent(sessionId)}`;
}

function found<Thing>(
  call: BackendCall,
  { body }: BackendAnswer,
  read: (body: unknown) => Thing | undefined,
): Answer<Thing> {
  if (!isBackendObject(body))
    throw new AuthorityUnavailable(`${call.path}: no object of Clerk in the response`);
  const thing = read(body);
  return thing === undefined ? { kind: 'unusable' } : { kind: 'found', thing };
}
