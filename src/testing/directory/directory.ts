import { Clients } from './clients.js';
import type { ClientRecord } from './clients.js';
import { Sessions } from './sessions.js';
import type { SessionRecord } from './sessions.js';
import { Users } from './users.js';

/** Everything this Clerk knows about people, browsers and sessions. Knows nothing of HTTP and tokens. */
export class Directory {
  readonly users: Users;
  readonly clients: Clients;
  readonly sessions: Sessions;

  constructor(now: () => number, names: readonly string[]) {
    this.users = new Users(now);
    this.clients = new Clients(now);
    this.sessions = new Sessions(now);
    for (const name of names) this.users.named(name);
  }

  /** Opens a session, on a client of its own unless one is given. */
  signIn(name: string, clientId?: string): SessionRecord {
    const client = clientId === undefined ? this.clients.open() : this.clients.require(clientId);
    const session = this.sessions.open(this.users.named(name).id, client.id);
    this.clients.addSession(client.id, session.id);
    return session;
  }

  /** Makes the session the last active one of its client, now. */
  activate(sessionId: string): SessionRecord {
    const { clientId } = this.sessions.require(sessionId);
    const { updatedAt } = this.clients.setLastActive(clientId, sessionId);
    return this.sessions.change(sessionId, { lastActiveAt: updatedAt });
  }

  sessionsOf(client: ClientRecord): SessionRecord[] {
    return client.sessionIds.map((id) => this.sessions.require(id));
  }
}
