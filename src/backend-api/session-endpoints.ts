import { AuthorityUnavailable } from '../errors/authority-unavailable.js';
import type { Answer, SessionAuthority } from '../verification/session-authority.js';
import type { ClientRecord, SessionRecord } from '../verification/session-record.js';
import type { BackendAnswer, BackendCall } from './backend-call.js';
import type { BackendClient } from './backend-client.js';
import { isBackendObject, readClientRecord, readSessionRecord } from './read-record.js';
import type { SecretKeyProbe } from './secret-key-probe.js';

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
