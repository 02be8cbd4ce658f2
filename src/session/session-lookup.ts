import { isSessionId } from '../credentials/asked-session-id.js';
import { isSessionTokenShaped, LONGEST_CREDENTIAL } from '../credentials/token-shape.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { findClient, verifyAskedSession } from '../verification/client-token.js';
import type { Answer, SessionAuthority } from '../verification/session-authority.js';
import type { SessionRecord } from '../verification/session-record.js';
import { isUserId } from '../users/user-id.js';
import { verifySessionToken } from '../verification/session-token.js';
import { rejected, type Rejected, type Verdict } from '../verification/verdict.js';
import type { Verification } from '../verification/verify-credential.js';
import { Client } from './client.js';
import { Session } from './session.js';

/** Answers about sessions that nobody's request asked for: tokens at hand, ids at hand. */
export class SessionLookup {
  constructor(
    private readonly verification: Verification,
    /** Hears of every verdict about a token at hand. */
    private readonly heard: (verdict: Verdict) => void = () => undefined,
  ) {}

  async verifyToken(token: string): Promise<Session | Rejected> {
    if (!isCredential(token) || !isSessionTokenShaped(token)) return rejected('token_malformed');
    const verdict = await verifySessionToken(token, this.verification);
    this.heard(verdict);
    return verdict.kind === 'token' ? Session.fromClaims(verdict.claims) : verdict;
  }

  async verifySession(sessionId: string, clientToken: string): Promise<Session | Rejected> {
    const { authority, rules } = this.verification;
    if (!isSessionId(sessionId)) return rejected('session_id_malformed');
    if (!isCredential(clientToken)) return rejected('client_token_malformed');
    if (authority === undefined || !rules.clientTokens) return rejected('client_token_unsupported');
    const check = { ...this.verification, authority };
    const verdict = await verifyAskedSession(sessionId, clientToken, check);
    return verdict.kind === 'record' ? Session.fromRecord(verdict.record) : verdict;
  }

  async verifyClient(clientToken: string): Promise<Client | Rejected> {
    const { authority, rules, unknown } = this.verification;
    if (!isCredential(clientToken)) return rejected('client_token_malformed');
    if (authority === undefined || !rules.clientTokens) return rejected('client_token_unsupported');
    const client = await findClient(clientToken, { authority, unknown });
    return client === undefined ? rejected('client_token_invalid') : Client.fromRecord(client);
  }

  async getSession(sessionId: string): Promise<Session | null> {
    return this.look(sessionId, (authority) => authority.getSession(sessionId));
  }

  async revokeSession(sessionId: string): Promise<Session | null> {
    return this.look(sessionId, (authority) => authority.revokeSession(sessionId));
  }

  /** The ids of the user's sessions that are not over, as Clerk lists them. */
  async sessionsOf(userId: string): Promise<readonly string[]> {
    const { authority } = this.verification;
    if (authority === undefined) throw needsSecretKey();
    return isUserId(userId) ? authority.openSessionsOf(userId) : [];
  }

  private async look(
    sessionId: string,
    ask: (authority: SessionAuthority) => Promise<Answer<SessionRecord>>,
  ): Promise<Session | null> {
    const { authority } = this.verification;
    if (authority === undefined) throw needsSecretKey();
    // What cannot be an id cannot be a session either, and must not become part of a path.
    const answer = isSessionId(sessionId) ? await ask(authority) : undefined;
    const isIt = answer?.kind === 'found' && answer.thing.id === sessionId;
    return isIt ? Session.fromRecord(answer.thing) : null;
  }
}

/** Callers in JavaScript pass anything. */
function isCredential(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_CREDENTIAL;
}

function needsSecretKey(): ConfigurationError {
  return new ConfigurationError(['Looking up sessions needs a secret key: set CLERK_SECRET_KEY.']);
}
