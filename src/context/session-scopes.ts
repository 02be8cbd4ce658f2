import type { Session } from '../session/session.js';
import { admittedIn, knownIn } from '../session/session-holder.js';
import { currentScope, runIn } from './session-scope.js';

/** What the scope at hand says of the caller. */
export type ScopedCaller =
  | { readonly kind: 'known'; readonly session: Session | null }
  /** There is a request, and no guard of this instance has let it in. */
  | { readonly kind: 'not_admitted' }
  /** There is no request. */
  | { readonly kind: 'outside' };

/** The scopes as one Clerk instance sees them: it never hears of the callers of another. */
export class SessionScopes {
  /** @param by who looks at requests: the authenticator of the instance */
  constructor(private readonly by: object) {}

  find(): ScopedCaller {
    const scope = currentScope();
    const given = scope?.given.find(({ by }) => by === this.by);
    if (given !== undefined) return { kind: 'known', session: given.session };
    if (scope?.holder === undefined) return { kind: 'outside' };
    const session = admittedIn(scope.holder, this.by);
    return session === undefined ? { kind: 'not_admitted' } : { kind: 'known', session };
  }

  /** As `find`, content with what the middleware saw and with nothing. */
  peek(): Session | null {
    const found = this.find();
    if (found.kind === 'known') return found.session;
    const holder = currentScope()?.holder;
    return (holder && knownIn(holder, this.by)) ?? null;
  }

  run<Result>(session: Session | null, work: () => Result): Result {
    const outer = currentScope();
    const others = outer?.given.filter(({ by }) => by !== this.by) ?? [];
    return runIn({ holder: outer?.holder, given: [...others, { by: this.by, session }] }, work);
  }
}
