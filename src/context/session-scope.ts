import { AsyncLocalStorage } from 'node:async_hooks';
import type { Session } from '../session/session.js';
import type { SessionHolder } from '../session/session-holder.js';

/** What `run()` was given, for the Clerk instance that it was asked of. */
interface Given {
  readonly by: object;
  readonly session: Session | null;
}

/** What a piece of work knows of its caller, wherever its promises and timers lead. */
export interface SessionScope {
  /** Of the request that started the work; `undefined` outside of any. */
  readonly holder: SessionHolder | undefined;
  /** At most one for each instance: a worker that starts itself again must not make a chain of them. */
  readonly given: readonly Given[];
}

/** Registered once for each process, so that two copies of this package (ESM and CommonJS) find the same scope. */
const SCOPES: unique symbol = Symbol.for('nestjs-clerk-auth:session-scopes:1');

type Storage = AsyncLocalStorage<SessionScope | undefined>;

const storage = sharedStorage(globalThis as { [SCOPES]?: Storage });

function sharedStorage(registry: { [SCOPES]?: Storage }): Storage {
  const known = registry[SCOPES];
  if (known !== undefined) return known;
  const created: Storage = new AsyncLocalStorage();
  Object.defineProperty(registry, SCOPES, { value: created });
  return created;
}

/** The scope of whatever runs at the moment. */
export function currentScope(): SessionScope | undefined {
  return storage.getStore();
}

/**
 * Does work in a scope. There is no other way in: `enterWith` lets the scope out into the next request of a connection
 * that is kept alive, on Node 20 and 22.
 *
 * @param scope `undefined` for none, whatever surrounds it
 */
export function runIn<Result>(scope: SessionScope | undefined, work: () => Result): Result {
  return storage.run(scope, work);
}
