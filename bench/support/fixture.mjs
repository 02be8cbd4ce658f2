import { EXPIRED_TOKENS, FRESH_TOKENS, WARM_TOKENS } from './scale.mjs';

/** Tokens take turns among these: every so manyth is of the same user. */
export const USERS = 50;

/** What a plan with an organization puts into a session token today (claims version 2). */
const ORGANIZATION = {
  o: {
    id: 'org_2nPqXkTzR4vLw8YbHc6dJfGs9Ma',
    rol: 'admin',
    slg: 'acme',
    per: 'read,manage',
    fpm: '3,1',
  },
  fea: 'o:invoices,o:reports,u:export',
  pla: 'o:business',
};

/**
 * Everything that a measured process needs to know about the local Clerk, and tokens of two kinds: some to warm up
 * with, others that nobody has seen before they are measured. Structured data, so that it passes to a child.
 * @param {import('nestjs-clerk-auth/testing').LocalClerk} clerk
 */
export function createFixture(clerk) {
  const people = Array.from({ length: USERS }, (_, index) => clerk.signIn(`user${index}`));
  const mintAll = (count) =>
    Array.from({ length: count }, (_, index) => mintFor(people[index % USERS]));
  const mintFor = (person) => ({
    token: clerk.mint({ session: person, claims: ORGANIZATION }),
    userId: person.userId,
    clientUat: Math.floor(clerk.session(person).createdAt / 1000),
  });
  const mintExpired = (_, index) => {
    const person = people[index % USERS];
    const token = clerk.mint({
      session: person,
      claims: ORGANIZATION,
      expiresIn: -60,
      issuedAt: -120,
    });
    return { token, userId: person.userId, clientUat: 1 };
  };
  const [ada] = people;
  return {
    options: clerk.options(),
    jwtKey: clerk.jwtKey,
    issuer: clerk.issuer,
    cookieSuffix: ada.suffixedCookie.slice('__session_'.length, ada.suffixedCookie.indexOf('=')),
    clientCookie: ada.clientCookie,
    sessionId: ada.sessionId,
    warm: mintAll(WARM_TOKENS),
    fresh: mintAll(FRESH_TOKENS),
    /** A browser that comes back after a pause brings one of these. */
    expired: Array.from({ length: EXPIRED_TOKENS }, mintExpired),
  };
}

/** @typedef {ReturnType<typeof createFixture>} Fixture */
/** @typedef {Fixture['fresh'][number]} MintedToken */
