import { deepFreeze } from '../verification/deep-freeze.js';
import type { MachineRecord } from '../verification/machine-record.js';

/** What every machine caller has. Frozen with all that it holds: simultaneous requests share Clerk's answer. */
export interface MachineFacts {
  /** The token's own id, such as `ak_…`; never its secret. */
  readonly id: string;
  /** In whose name it acts. */
  readonly subject: string;
  /** What it may do. */
  readonly scopes: readonly string[];
  /** When the token ends, in milliseconds since the epoch; `undefined` for one that never does. */
  readonly expireAt: number | undefined;
}

/** A caller with an API key, which acts for a user, an organization or a machine. */
export interface ApiKeyCaller extends MachineFacts {
  /** Tells the kinds apart. */
  readonly tokenType: 'api_key';
  /** What people call the key. */
  readonly name: string | undefined;
  /** `user_…`, if it acts for one. */
  readonly userId: string | null;
  /** `org_…`, if it acts for one. */
  readonly organizationId: string | null;
  /** What the key was given besides; `undefined` when nothing. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
}

/** Another machine of the same instance, with an M2M token. Its scopes are the machines that it may speak to. */
export interface M2mCaller extends MachineFacts {
  /** Tells the kinds apart. */
  readonly tokenType: 'm2m_token';
  /** `mch_…`. */
  readonly machineId: string;
  /** What the token was given besides; `undefined` when nothing. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
}

/** An OAuth application that a user allowed to act for them. */
export interface OAuthCaller extends MachineFacts {
  /** Tells the kinds apart. */
  readonly tokenType: 'oauth_token';
  /** `user_…`. */
  readonly userId: string;
  /** The OAuth application's, as Clerk's Dashboard shows it. */
  readonly clientId: string;
}

/**
 * A caller that is no person in a browser. `tokenType` tells the kinds apart. Never a session: a route that demands
 * one refuses it.
 */
export type Machine = ApiKeyCaller | M2mCaller | OAuthCaller;

/** The machine that a proved token tells of. */
export function machineOf(record: MachineRecord): Machine {
  const { id, subject, expireAt, scopes } = record;
  return deepFreeze(withKind(record, { id, subject, expireAt, scopes }));
}

function withKind(record: MachineRecord, facts: MachineFacts): Machine {
  const { type: tokenType, subject, name, claims } = record;
  switch (tokenType) {
    case 'api_key':
      return {
        tokenType,
        ...facts,
        name,
        userId: idIn(subject, 'user_'),
        organizationId: idIn(subject, 'org_'),
        claims,
      };
    case 'm2m_token':
      return { tokenType, ...facts, machineId: subject, claims };
    case 'oauth_token':
      return { tokenType, ...facts, userId: subject, clientId: record.clientId ?? '' };
  }
}

function idIn(subject: string, prefix: string): string | null {
  return subject.startsWith(prefix) ? subject : null;
}
