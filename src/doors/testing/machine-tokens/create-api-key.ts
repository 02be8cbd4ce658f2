import type { Directory } from '../directory/directory.js';
import type { Instance } from '../instance.js';
import { randomId, randomMachineCredential } from '../random.js';
import { userIdOf } from '../signed-in.js';
import type { UserRef } from '../signed-in.js';
import { machineIdOf } from '../machine-ref.js';
import type { MachineRef } from '../machine-ref.js';

/** An API key, with everything its owner would hold. */
export interface ApiKey {
  /** `ak_…`: tells the key, and opens nothing. */
  readonly id: string;
  /** `ak_…`. */
  readonly secret: string;
  /** `user_…`, `org_…` or `mch_…`: in whose name it acts. */
  readonly subject: string;
  /** `Authorization` header: `Bearer …`. */
  readonly header: string;
}

/** In whose name an API key acts: a user, an organization by its slug, or a machine. */
export type ApiKeySubject =
  UserRef | { readonly organization: string } | { readonly machine: MachineRef };

/** Options of an API key. */
export interface ApiKeyOptions {
  /** @default 'ada' */
  readonly subject?: ApiKeySubject | undefined;

  /**
   * What people call it.
   * @default 'Local key'
   */
  readonly name?: string | undefined;

  /**
   * Such as `read:users`.
   * @default none
   */
  readonly scopes?: readonly string[] | undefined;

  /**
   * Claims of your own.
   * @default none
   */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;

  /**
   * Seconds from now to its end; negative for one that has expired.
   * @default it never ends
   */
  readonly expiresIn?: number | undefined;
}

/** Issues an API key, which the Backend API knows from now on. */
export function createApiKey(options: ApiKeyOptions, { directory }: Instance): ApiKey {
  const { subject: owner = 'ada', name = 'Local key', scopes = [], claims = null } = options;
  const subject = subjectIdOf(owner, directory);
  const identity = { id: randomId('ak'), secret: randomMachineCredential('ak'), subject };
  const token = { type: 'api_key' as const, ...identity, name, scopes, claims };
  directory.machineTokens.issue(token, options.expiresIn);
  return Object.freeze({ ...identity, header: `Bearer ${identity.secret}` });
}

function subjectIdOf(subject: ApiKeySubject, directory: Directory): string {
  if (typeof subject === 'string') return userIdOf(subject, directory.users);
  if ('organization' in subject) return directory.organizations.named(subject.organization).id;
  if ('machine' in subject) return machineIdOf(subject.machine, directory.machines);
  return userIdOf(subject, directory.users);
}
