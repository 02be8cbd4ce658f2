import type { AcceptedTokens } from '../../credentials/token-type.js';
import type { Authentication } from '../../session/authentication.js';
import type { Caller } from '../../session/caller.js';
import type { StandIn } from '../../session/stand-in.js';
import type { UserJson } from '../../users/user-json.js';
import { callerOf, type CallerSpec } from './caller-spec.js';

/** The caller of every request in a test, until another takes over. */
export interface TestCaller {
  /** From now on somebody else calls. One application serves tests of many people. */
  become(caller: CallerSpec): void;

  /**
   * From now on `UserService` and `@CurrentUser()` find this user, as the Backend API would write them. Whoever calls is
   * found in any case, with nothing but an id unless you say more.
   *
   * @example caller.know({ id: 'user_ada', first_name: 'Ada', private_metadata: { plan: 'gold' } });
   */
  know(user: UserJson): void;
}

/**
 * Takes the place of authentication in a test: every request comes from this caller, whatever it carries and however the
 * guard was bound. What routes demand is still held against the caller. Nobody is asked, and no key is needed.
 *
 * @throws ConfigurationError `configuration_invalid` for what nobody can call as
 * @example
 * const caller = signedInAs({ sub: 'user_ada', org_id: 'org_acme', org_role: 'org:admin' });
 * const testing = await Test.createTestingModule({ imports: [AppModule] })
 *   .overrideProvider(CLERK_TEST_CALLER)
 *   .useValue(caller)
 *   .compile();
 * caller.become(null); // from now on nobody is signed in
 */
export function signedInAs(caller: CallerSpec): TestCaller {
  let current = callerOf(caller);
  const known = new Map<string, UserJson>();
  const standIn: StandIn & TestCaller = {
    users: { find: (id) => Promise.resolve(known.get(id) ?? ownRecord(id, current)) },
    know: (user) => {
      known.set(user.id, user);
    },
    authenticate: (_request, _confirmLive, accepted) => authenticationOf(current, accepted),
    become: (next) => {
      current = callerOf(next);
    },
  };
  return standIn;
}

/** Whoever calls is a user, also when a test says nothing of them. */
function ownRecord(userId: string, caller: Caller | null): UserJson | undefined {
  const isCaller = caller?.tokenType === 'session_token' && caller.userId === userId;
  return isCaller ? { id: userId } : undefined;
}

/** As the authenticator would say it of a caller who presented a good credential. */
function authenticationOf(
  caller: Caller | null,
  accepted: AcceptedTokens = ['session_token'],
): Authentication {
  if (caller === null) return { kind: 'anonymous' };
  if (!accepted.includes(caller.tokenType)) {
    return { kind: 'rejected', code: 'token_type_unsupported' };
  }
  if (caller.tokenType === 'session_token') {
    return { kind: 'authenticated', session: caller, live: true };
  }
  return { kind: 'machine', machine: caller };
}
