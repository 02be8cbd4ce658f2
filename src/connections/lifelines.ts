import { sessionIn } from '../session/caller-in.js';
import { sessionIdOf, callerIdOf, type Standing } from '../session/standing.js';
import type { Connection, EndReason } from '../transport/connection.js';
import type { Confirmations } from './confirmations.js';
import type { Timer } from './timer.js';

/** Timers of more than 2^31 - 1 ms fire at once, and a clock may be set: nobody sleeps longer than this, in milliseconds. */
const LONGEST_SLEEP = 3_600_000;

/** How long before its end a client is told that its token runs out, in milliseconds. */
const REMINDER = 15_000;

/** What holding takes. */
export interface LifelineParts {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly timer: Timer;
  /** Asks Clerk at the end of a token; `undefined` where a token's end is the end. */
  readonly confirmations: Confirmations | undefined;
}

/** One connection, held for one caller. */
interface Lifeline {
  readonly connection: Connection;
  standing: Standing;
  cancel: () => void;
  /** The end that the client was reminded of. */
  reminded: number | undefined;
  /** Held for another caller on the same connection. */
  next: Lifeline | undefined;
}

/**
 * Connections that go on after a yes, each held until its token ends, is renewed, or its session is over: no connection
 * outlives what it was let in for.
 */
export class Lifelines {
  private readonly byConnection = new WeakMap<object, Lifeline>();
  /** By session and by user; their ids never look alike. */
  private readonly byId = new Map<string, Set<Lifeline>>();

  constructor(private readonly parts: LifelineParts) {}

  /** Holds a connection. A later proof of the same caller takes the place of the first. */
  hold(connection: Connection, standing: Standing): void {
    const first = this.byConnection.get(connection.key);
    const known = lineOf(first, callerIdOf(standing));
    if (known !== undefined) {
      if (isLonger(standing, known.standing)) known.standing = standing;
      this.schedule(known);
      return;
    }
    const line: Lifeline = {
      connection,
      standing,
      cancel: () => undefined,
      reminded: undefined,
      next: first,
    };
    this.byConnection.set(connection.key, line);
    this.index(line);
    if (first === undefined) {
      connection.onceClosed(() => {
        this.letGoOf(connection.key);
      });
    }
    this.schedule(line);
  }

  /** Whether a connection is held already, with this very standing: then there is nothing to do. */
  isHeldFor(key: object, standing: Standing): boolean {
    return lineOf(this.byConnection.get(key), callerIdOf(standing))?.standing === standing;
  }

  /** The standing of a connection has changed in its place. */
  renewed(key: object): void {
    for (let line = this.byConnection.get(key); line !== undefined; line = line.next) {
      line.reminded = undefined;
      this.schedule(line);
    }
  }

  /** Ends every connection of a session. @returns how many there were */
  endSession(sessionId: string): number {
    return this.endAll(sessionId, () => true);
  }

  /** Ends the connections of a user whose tokens were issued at `issuedUntil` (milliseconds since the epoch) or before. */
  endUser(userId: string, issuedUntil: number): number {
    return this.endAll(userId, ({ standing }) => issuedAtOf(standing) <= issuedUntil);
  }

  /** Calls off every timer. The connections are for the server to close. */
  letGo(): void {
    for (const lines of this.byId.values()) for (const { cancel } of lines) cancel();
    this.byId.clear();
  }

  private schedule(line: Lifeline): void {
    line.cancel();
    const { until } = line.standing;
    if (until === undefined) return;
    const left = until - this.parts.now();
    const isReminded = line.connection.remind === undefined || line.reminded === until;
    const sleep = isReminded ? left : left - REMINDER;
    const wake = (): void => {
      this.wake(line);
    };
    line.cancel = this.parts.timer(wake, Math.min(Math.max(sleep, 0), LONGEST_SLEEP));
  }

  private wake(line: Lifeline): void {
    const { connection, standing } = line;
    if (!connection.isOpen()) {
      this.letGoOf(connection.key);
      return;
    }
    const { until = Infinity } = standing;
    if (until > this.parts.now()) {
      this.remind(line, until);
      this.schedule(line);
      return;
    }
    const { confirmations } = this.parts;
    if (confirmations === undefined || sessionIdOf(standing) === undefined) {
      this.end(line, 'token_expired');
      return;
    }
    void this.confirm(line, confirmations);
  }

  private remind(line: Lifeline, until: number): void {
    if (line.reminded === until || until - this.parts.now() > REMINDER) return;
    line.reminded = until;
    line.connection.remind?.(until);
  }

  private async confirm(line: Lifeline, confirmations: Confirmations): Promise<void> {
    const { standing } = line;
    const answer = await confirmations.ask(standing);
    // The client may have proved itself anew meanwhile, or left.
    if (!line.connection.isOpen()) {
      this.letGoOf(line.connection.key);
      return;
    }
    if (line.standing !== standing || (standing.until ?? Infinity) > this.parts.now()) {
      this.schedule(line);
      return;
    }
    if (answer.kind === 'ended') {
      this.end(line, answer.reason);
      return;
    }
    standing.until = answer.until;
    // Nothing that a client could renew ends then.
    line.reminded = answer.until;
    this.schedule(line);
  }

  private end(line: Lifeline, reason: EndReason): void {
    this.letGoOf(line.connection.key);
    line.connection.end(reason);
  }

  private endAll(id: string, isOver: (line: Lifeline) => boolean): number {
    const lines = [...(this.byId.get(id) ?? [])].filter(isOver);
    const open = lines.filter(({ connection }) => connection.isOpen());
    for (const line of lines) this.end(line, 'session_not_active');
    return open.length;
  }

  private index(line: Lifeline): void {
    for (const id of idsOf(line.standing)) {
      const lines = this.byId.get(id);
      if (lines === undefined) this.byId.set(id, new Set([line]));
      else lines.add(line);
    }
  }

  private letGoOf(key: object): void {
    for (let line = this.byConnection.get(key); line !== undefined; line = line.next) {
      line.cancel();
      for (const id of idsOf(line.standing)) {
        const lines = this.byId.get(id);
        lines?.delete(line);
        if (lines?.size === 0) this.byId.delete(id);
      }
    }
    this.byConnection.delete(key);
  }
}

/** A renewal keeps session and user, so that what was indexed is found again. */
function idsOf({ authentication }: Standing): readonly string[] {
  const session = sessionIn(authentication);
  return session === null ? [] : [session.id, session.userId];
}

/** Milliseconds since the epoch; 0 where nothing says when the proof was issued. */
function issuedAtOf({ authentication }: Standing): number {
  return (sessionIn(authentication)?.claims?.iat ?? 0) * 1000;
}

function lineOf(first: Lifeline | undefined, callerId: string | undefined): Lifeline | undefined {
  for (let line = first; line !== undefined; line = line.next) {
    if (callerIdOf(line.standing) === callerId) return line;
  }
  return undefined;
}

function isLonger(
  { until: one = Infinity }: Standing,
  { until: other = Infinity }: Standing,
): boolean {
  return one >= other;
}
