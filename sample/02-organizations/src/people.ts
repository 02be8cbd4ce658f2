import type { LocalClerk, SignedIn } from 'nestjs-clerk-auth/testing';

/** Who is there to try the routes with. */
export interface People {
  readonly ada: SignedIn;
  readonly bob: SignedIn;
  readonly eve: SignedIn;
  readonly support: SignedIn;
}

/** Signs everybody in, with all that Clerk would write into their tokens. */
export function signInPeople(clerk: LocalClerk): People {
  const acme = { slug: 'acme', plans: ['team'], features: ['invoices', 'export'] };
  return {
    // Proved 20 minutes ago who she is, and has no second factor.
    ada: clerk.signIn('ada', {
      organization: { ...acme, role: 'org:admin' },
      factorAges: [20, -1],
    }),
    bob: clerk.signIn('bob', { organization: { ...acme, permissions: ['org:invoices:read'] } }),
    eve: clerk.signIn('eve', { organization: { slug: 'umbrella', role: 'org:admin' } }),
    support: clerk.signIn('ada', { organization: 'acme', actor: 'support' }),
  };
}
