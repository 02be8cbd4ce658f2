import { Clients } from './clients.js';
import type { ClientRecord } from './clients.js';
import { DevBrowsers } from './dev-browsers.js';
import { Happenings } from './happenings.js';
import { MachineTokens } from './machine-tokens.js';
import { Machines } from './machines.js';
import { Organizations } from './organizations.js';
import { Passwords } from './passwords.js';
import { Sessions } from './sessions.js';
import type { SessionRecord, SessionStart, SessionStatus } from './sessions.js';
import { SignIns } from './sign-ins.js';
import { SignUps } from './sign-ups.js';
import { Subscriptions } from './subscriptions.js';
import { Users } from './users.js';
import type { UserRecord } from './users.js';
import type { Settings } from '../settings.js';

/** Everything this Clerk knows about people, machines, browsers, sessions and organizations. Knows nothing of HTTP and tokens. */
export class Directory {
  readonly happenings = new Happenings();
  readonly users: Users;
  readonly clients: Clients;
  readonly sessions: Sessions;
  readonly organizations: Organizations;
  readonly subscriptions = new Subscriptions();
  readonly machines: Machines;
  readonly machineTokens: MachineTokens;
  readonly devBrowsers: DevBrowsers;
  readonly passwords: Passwords;
  readonly signIns = new SignIns();
  readonly signUps: SignUps;

  constructor({ now, users, password }: Pick<Settings, 'now' | 'users' | 'password'>) {
    this.users = new Users(now, (type, user) => {
      this.happenings.tell({ type, user });
    });
    this.clients = new Clients(now);
    this.sessions = new Sessions(now, (type, session) => {
      this.happenings.tell({ type, session });
    });
    this.organizations = new Organizations(now);
    this.machines = new Machines(now);
    this.machineTokens = new MachineTokens(now);
    this.devBrowsers = new DevBrowsers(now);
    this.passwords = new Passwords(password);
    this.signUps = new SignUps(now);
    for (const name of users) this.users.named(name);
  }

  /**
   * Opens a session, on a client of its own unless one is given.
   * @throws Error for a user who is banned
   */
  signIn(name: string, clientId?: string, start?: SessionStart): SessionRecord {
    const client = clientId === undefined ? this.clients.open() : this.clients.require(clientId);
    const { id, banned } = this.users.named(name);
    if (banned) throw new Error(`User ${name} is banned, so Clerk lets nobody sign in as them.`);
    const session = this.sessions.open(this.users.signedIn(id).id, client.id, start);
    this.clients.addSession(client.id, session.id);
    return session;
  }

  /** Makes the session the last active one of its client, now. */
  activate(sessionId: string): SessionRecord {
    const { clientId } = this.sessions.require(sessionId);
    const { updatedAt } = this.clients.setLastActive(clientId, sessionId);
    return this.sessions.change(sessionId, { lastActiveAt: updatedAt });
  }

  /**
   * Makes an organization the active one of a session, or none with `null`.
   * @throws Error for an organization of which the user is no member
   */
  setActiveOrganization(sessionId: string, organizationId: string | null): SessionRecord {
    const { userId } = this.sessions.require(sessionId);
    if (organizationId !== null) this.#requireMember(organizationId, userId);
    return this.sessions.change(sessionId, { organizationId });
  }

  /** Signs a session out. It is not the last active one of its client anymore. */
  end(sessionId: string, status: Extract<SessionStatus, 'ended' | 'removed'>): SessionRecord {
    const { clientId } = this.sessions.require(sessionId);
    const { id, lastActiveSessionId } = this.clients.require(clientId);
    this.clients.setLastActive(id, lastActiveSessionId === sessionId ? null : lastActiveSessionId);
    return this.sessions.change(sessionId, { status });
  }

  /** Ends all that is open, and lets nobody sign in as them. */
  ban(userId: string): UserRecord {
    this.sessions.endAll(userId, 'revoked');
    return this.users.change(userId, { banned: true });
  }

  unban(userId: string): UserRecord {
    return this.users.change(userId, { banned: false });
  }

  /** Ends all that is open; whoever comes by that name later is somebody else. */
  delete(userId: string): UserRecord {
    this.users.require(userId);
    this.sessions.endAll(userId, 'removed');
    this.organizations.forget(userId);
    this.signIns.forget(userId);
    return this.users.delete(userId);
  }

  sessionsOf(client: ClientRecord): SessionRecord[] {
    return client.sessionIds.map((id) => this.sessions.require(id));
  }

  #requireMember(organizationId: string, userId: string): void {
    if (this.organizations.membership(organizationId, userId) !== undefined) return;
    throw new Error(`User ${userId} is no member of organization ${organizationId}.`);
  }
}
